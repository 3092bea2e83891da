//! What [`Declares`](super::Declares) leans on in axum, which does not promise it: if it changes, this does not compile.

use axum::extract::{FromRequest, FromRequestParts};
use axum::handler::Handler;
use axum::response::IntoResponse;

fn is_marked<T, H: Handler<T, ()>>() {}

/// A function is a handler with the marker `(M, T1, …)`: its arguments, in their order.
macro_rules! pin {
    ($name:ident: $($part:ident)*; $last:ident) => {
        #[expect(dead_code, reason = "what counts is that it compiles")]
        fn $name<H, F, R, M, $($part,)* $last>()
        where
            H: FnOnce($($part,)* $last) -> F + Clone + Send + Sync + 'static,
            F: Future<Output = R> + Send,
            R: IntoResponse,
            $($part: FromRequestParts<()> + Send,)*
            $last: FromRequest<(), M> + Send,
        {
            is_marked::<(M, $($part,)* $last), H>();
        }
    };
}

pin!(one: ; T1);
pin!(two: T1; T2);
pin!(three: T1 T2; T3);
pin!(four: T1 T2 T3; T4);
pin!(five: T1 T2 T3 T4; T5);
pin!(six: T1 T2 T3 T4 T5; T6);
pin!(seven: T1 T2 T3 T4 T5 T6; T7);
pin!(eight: T1 T2 T3 T4 T5 T6 T7; T8);
pin!(nine: T1 T2 T3 T4 T5 T6 T7 T8; T9);
pin!(ten: T1 T2 T3 T4 T5 T6 T7 T8 T9; T10);
pin!(eleven: T1 T2 T3 T4 T5 T6 T7 T8 T9 T10; T11);
pin!(twelve: T1 T2 T3 T4 T5 T6 T7 T8 T9 T10 T11; T12);
pin!(thirteen: T1 T2 T3 T4 T5 T6 T7 T8 T9 T10 T11 T12; T13);
pin!(fourteen: T1 T2 T3 T4 T5 T6 T7 T8 T9 T10 T11 T12 T13; T14);
pin!(fifteen: T1 T2 T3 T4 T5 T6 T7 T8 T9 T10 T11 T12 T13 T14; T15);
pin!(sixteen: T1 T2 T3 T4 T5 T6 T7 T8 T9 T10 T11 T12 T13 T14 T15; T16);
