use std::fmt;
use std::marker::PhantomData;

use axum::extract::FromRequestParts;
use http::request::Parts;

use super::demand::Demand;
use super::hold::hold_type;
use crate::denial::Denial;

/// The guard of one axum handler: an extractor that exists only if the caller meets `D`.
///
/// [`#[require_scope]`](macro@crate::require_scope) puts it in front of the other arguments, and there it belongs:
/// extractors run from the first to the last. Written by hand, it takes a requirement that has a name of its own.
///
/// ```
/// use tower_pat::guard::Require;
/// use tower_pat::guard::demand::{Text, word};
///
/// type ReadInvoices = Text<13, { word("invoices:read", 0) }>;
///
/// async fn list(_: Require<ReadInvoices>) -> &'static str {
///     "no invoices"
/// }
/// # let _: axum::Router = axum::Router::new().route("/", axum::routing::get(list));
/// ```
pub struct Require<D: Demand>(PhantomData<fn() -> D>);

impl<D: Demand, S: Send + Sync> FromRequestParts<S> for Require<D> {
    type Rejection = Denial;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Self::Rejection> {
        hold_type::<D>(&mut parts.extensions)?;
        Ok(Self(PhantomData))
    }
}

impl<D: Demand> fmt::Debug for Require<D> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Require({})", D::requirement())
    }
}

#[cfg(test)]
mod tests {
    use std::marker::PhantomData;

    use super::Require;
    use crate::guard::demand::{All, Text, word};

    #[test]
    fn debug_names_the_requirement() {
        let guard = Require::<All<(Text<1, { word("a", 0) }>, ())>>(PhantomData);
        assert_eq!(format!("{guard:?}"), "Require(all(a))");
    }
}
