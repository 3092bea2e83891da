use axum::handler::Layered;

use super::declaration::Declaration;
use crate::requirement::Access;

/// Keeps the trait to axum's markers, of functions.
pub trait Sealed<H> {}

/// A handler that states who may call it: its first argument is [`Require`](crate::guard::Require), which
/// [`#[require_scope]`](macro@crate::require_scope) puts there, [`AnyToken`](crate::guard::AnyToken) or
/// [`Public`](crate::guard::Public).
///
/// It is a trait of the second parameter of axum's [`Handler`](axum::handler::Handler), a tuple that lists the types of a
/// function's arguments, and holds of the function that has these arguments, `H`, alone, perhaps within layers
/// ([`Handler::layer`](axum::handler::Handler::layer)). A handler that somebody implements by hand could state what it does
/// not do: it comes in as a service.
///
/// ```
/// use axum::handler::Handler;
/// use tower_pat::guard::Public;
/// use tower_pat::requirement::Access;
/// use tower_pat::routing::Declares;
///
/// fn access_of<H: Handler<T, ()>, T: Declares<H>>(_: H) -> Access {
///     T::access()
/// }
///
/// async fn health(_: Public) {}
/// assert_eq!(access_of(health), Access::Public);
/// ```
#[diagnostic::on_unimplemented(
    message = "this handler does not state who may call it",
    label = "nobody is named who may call this",
    note = "write `#[require_scope(\"…\")]` above the handler, or take as its first argument `_: Require<…>`, `_: AnyToken` or `_: Public`",
    note = "a fixed response, a service or a router has no arguments: give it to `route_service`, `nest_service` or a fallback, and say there who may call it"
)]
pub trait Declares<H>: Sealed<H> + 'static {
    /// Who may call the handler.
    fn access() -> Access;
}

/// Implements the traits for a function of so many arguments, and of each lower number.
macro_rules! declares {
    ($first:ident) => {
        declares!(@one $first);
    };
    ($first:ident $second:ident $($rest:ident)*) => {
        declares!(@one $first $second $($rest)*);
        declares!($first $($rest)*);
    };
    (@one $first:ident $($rest:ident)*) => {
        impl<H, R, M, $first, $($rest),*> Sealed<H> for (M, $first, $($rest),*) where H: FnOnce($first, $($rest),*) -> R {}

        impl<H, R, M, $first, $($rest),*> Declares<H> for (M, $first, $($rest),*)
        where
            H: FnOnce($first, $($rest),*) -> R,
            M: 'static,
            $first: Declaration,
            $($rest: 'static,)*
        {
            fn access() -> Access {
                $first::access()
            }
        }
    };
}

declares!(T1 T2 T3 T4 T5 T6 T7 T8 T9 T10 T11 T12 T13 T14 T15 T16);

impl<L, H, T: Sealed<H>, S> Sealed<Layered<L, H, T, S>> for T {}

/// A layer that the host has put around a handler sees a request before its guard does.
impl<L, H, T, S> Declares<Layered<L, H, T, S>> for T
where
    T: Declares<H>,
{
    fn access() -> Access {
        T::access()
    }
}
