use crate::guard::demand::Demand;
use crate::guard::{AnyToken, Public, Require};
use crate::requirement::Access;

/// The first argument of a handler that states who may call it.
#[diagnostic::on_unimplemented(
    message = "this handler does not state who may call it: its first argument is `{Self}`",
    label = "nobody is named who may call this",
    note = "write `#[require_scope(\"…\")]` above the handler, or take as its first argument `_: Require<…>`, `_: AnyToken` or `_: Public`"
)]
pub trait Declaration: 'static {
    fn access() -> Access;
}

impl<D: Demand> Declaration for Require<D> {
    fn access() -> Access {
        D::requirement().into()
    }
}

impl Declaration for AnyToken {
    fn access() -> Access {
        Access::AnyToken
    }
}

impl Declaration for Public {
    fn access() -> Access {
        Access::Public
    }
}
