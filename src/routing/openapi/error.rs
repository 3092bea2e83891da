use std::fmt;
use std::slice;

/// Operations of a document that no route of the table is for.
///
/// Its text form has a line an operation.
///
/// ```
/// use tower_pat::routing::GuardedRouter;
/// use utoipa::OpenApi;
///
/// #[utoipa::path(get, path = "/forgotten", responses((status = 200, description = "fine")))]
/// async fn forgotten() {}
///
/// #[derive(OpenApi)]
/// #[openapi(paths(forgotten))]
/// struct Service;
///
/// let router: GuardedRouter = GuardedRouter::new();
/// let error = router.table().secure(&mut Service::openapi(), None).expect_err("an operation without a route");
/// assert_eq!(error.iter().collect::<Vec<_>>(), ["GET /forgotten"]);
/// ```
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("no route is there for what is documented:{}", Lines(.0))]
pub struct UnknownOperations(Box<[String]>);

impl UnknownOperations {
    /// Nothing if there is none.
    pub(super) fn check(operations: Vec<String>) -> Result<(), Self> {
        if operations.is_empty() { Ok(()) } else { Err(Self(operations.into())) }
    }

    /// Each operation as `GET /path`, in the order of the document.
    pub fn iter(&self) -> slice::Iter<'_, String> {
        self.0.iter()
    }
}

impl<'a> IntoIterator for &'a UnknownOperations {
    type Item = &'a String;
    type IntoIter = slice::Iter<'a, String>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

/// A line break before each.
struct Lines<'a>(&'a [String]);

impl fmt::Display for Lines<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|operation| write!(f, "\n- {operation}"))
    }
}
