use super::one::Scope;

/// A catalogue that cannot be.
///
/// ```
/// use tower_pat::scope::{InvalidCatalogKind, Scope, ScopeCatalog};
///
/// let read = Scope::from_static("repo:read");
/// let builder = ScopeCatalog::builder().with_scope(read.clone(), "See repositories");
/// let error = builder.with_scope(read.clone(), "See repositories").build().expect_err("the same scope twice");
/// assert_eq!(error.kind(), InvalidCatalogKind::Duplicate);
/// assert_eq!(error.scope(), &read);
/// assert_eq!(error.to_string(), "the scope repo:read is declared twice");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the scope {scope} {kind}")]
pub struct InvalidCatalog {
    kind: InvalidCatalogKind,
    scope: Scope,
}

impl InvalidCatalog {
    pub(super) fn new(kind: InvalidCatalogKind, scope: Scope) -> Self {
        Self { kind, scope }
    }

    /// What is wrong.
    #[must_use]
    pub fn kind(&self) -> InvalidCatalogKind {
        self.kind
    }

    /// The scope with which it is wrong.
    #[must_use]
    pub fn scope(&self) -> &Scope {
        &self.scope
    }
}

/// What is wrong with a catalogue.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidCatalogKind {
    /// A scope is declared twice.
    #[error("is declared twice")]
    Duplicate,
    /// An implication names a scope that is not declared.
    #[error("is named by an implication and not declared")]
    Undeclared,
    /// A scope implies itself, perhaps through others.
    #[error("implies itself")]
    Circle,
}
