//! Extractors: how an axum handler takes the caller.
//!
//! - `PatPrincipal` asks for a token: without one the request is denied with 401.
//! - `Option<PatPrincipal>` is `None` for a request without a token, which a layer
//!   [with anonymous callers](crate::PatAuthLayer::with_anonymous) lets pass.
//!
//! A bad token and an outage never reach a handler: the layer answers both. Where no layer stands at all, either
//! extractor answers 500 and the log names the missing layer.
//!
//! ```
//! use tower_pat::PatPrincipal;
//!
//! async fn greet(caller: Option<PatPrincipal>) -> String {
//!     match caller {
//!         Some(caller) => format!("Hello {}", caller.owner()),
//!         None => "Hello stranger".to_owned(),
//!     }
//! }
//! # let _: axum::Router = axum::Router::new().route("/", axum::routing::get(greet));
//! ```

use axum::extract::{FromRequestParts, OptionalFromRequestParts};
use http::request::Parts;

use crate::caller::caller;
use crate::denial::Denial;
use crate::principal::PatPrincipal;

impl<S: Send + Sync> FromRequestParts<S> for PatPrincipal {
    type Rejection = Denial;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Self::Rejection> {
        caller(&parts.extensions).cloned()
    }
}

impl<S: Send + Sync> OptionalFromRequestParts<S> for PatPrincipal {
    type Rejection = Denial;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Option<Self>, Self::Rejection> {
        match caller(&parts.extensions) {
            Ok(principal) => Ok(Some(principal.clone())),
            Err(Denial::MissingCredential) => Ok(None),
            Err(denial) => Err(denial),
        }
    }
}
