use std::fmt;
use std::slice;

use http::Method;

use super::caller::Caller;
use crate::routing::{InvalidRoutes, RouteEntry};

/// Why a walk was not a good one.
///
/// Its text form has a line for each surprise. `Debug` is the same, so that a test which unwraps it can be read.
///
/// ```
/// use tower_pat::routing::{GuardedRouter, get};
/// use tower_pat::guard::Public;
/// use tower_pat::testing::walk::{Walk, WalkErrorKind};
///
/// # #[tokio::main(flavor = "current_thread")] async fn main() {
/// let router = GuardedRouter::new().with_catalog("read".parse().expect("a scope")).fallback("reed", || async {});
/// let error = Walk::new(router).run().await.expect_err("an unknown scope");
/// assert_eq!(error.kind(), WalkErrorKind::InvalidRoutes);
/// assert_eq!(error.surprises().len(), 0);
/// # }
/// ```
#[derive(thiserror::Error)]
#[error(transparent)]
pub struct WalkError(#[from] Inner);

#[derive(Debug, thiserror::Error)]
enum Inner {
    #[error("the routes cannot be walked: {0}")]
    Invalid(#[from] InvalidRoutes),
    #[error("{} of {requests} requests got what they should not:{}", surprises.len(), Lines(surprises))]
    Surprised { surprises: Vec<Surprise>, requests: usize },
}

/// What is wrong with a walk.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum WalkErrorKind {
    /// The router could not be finished; the source says why.
    InvalidRoutes,
    /// Somebody got what they should not.
    Surprised,
}

impl WalkError {
    pub(super) fn invalid(invalid: InvalidRoutes) -> Self {
        Self(Inner::Invalid(invalid))
    }

    /// Nothing if there is no surprise.
    pub(super) fn check(surprises: Vec<Surprise>, requests: usize) -> Result<(), Self> {
        if surprises.is_empty() { Ok(()) } else { Err(Self(Inner::Surprised { surprises, requests })) }
    }

    /// What is wrong.
    #[must_use]
    pub fn kind(&self) -> WalkErrorKind {
        match self.0 {
            Inner::Invalid(_) => WalkErrorKind::InvalidRoutes,
            Inner::Surprised { .. } => WalkErrorKind::Surprised,
        }
    }

    /// Each surprise, in the order of the requests.
    pub fn surprises(&self) -> slice::Iter<'_, Surprise> {
        match &self.0 {
            Inner::Invalid(_) => [].iter(),
            Inner::Surprised { surprises, .. } => surprises.iter(),
        }
    }
}

impl fmt::Debug for WalkError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// A request that got what it should not.
///
/// Its text form says of which route, what was sent, what was expected and what came; nothing of the token.
#[derive(Debug, Clone)]
pub struct Surprise {
    entry: RouteEntry,
    text: String,
}

impl Surprise {
    pub(super) fn new(entry: &RouteEntry, sent: (&Method, &str, &Caller), got: &dyn fmt::Display) -> Self {
        let (method, path, caller) = sent;
        let text = format!("{method} {path} with {caller}: expected {}, got {got}", caller.expected);
        Self { entry: entry.clone(), text }
    }

    pub(super) fn too_many_ways(entry: &RouteEntry) -> Self {
        let text = format!("`{}` can be met, or not met, in more ways than are walked", entry.access());
        Self { entry: entry.clone(), text }
    }

    pub(super) fn unsendable(entry: &RouteEntry, path: &str) -> Self {
        Self { entry: entry.clone(), text: format!("{path} is no path of a request") }
    }

    /// The route that was asked for.
    #[must_use]
    pub fn entry(&self) -> &RouteEntry {
        &self.entry
    }
}

impl fmt::Display for Surprise {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "[{}; {}] {}", self.entry, self.entry.access(), self.text)
    }
}

/// A line break before each.
struct Lines<'a>(&'a [Surprise]);

impl fmt::Display for Lines<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|surprise| write!(f, "\n- {surprise}"))
    }
}
