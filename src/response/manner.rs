use super::challenge::{Realm, ResourceMetadata};
use crate::denial::Denial;

/// How a layer says its denials.
#[derive(Debug, Clone, Default)]
pub(crate) struct Manner {
    pub(crate) realm: Realm,
    pub(crate) resource_metadata: Option<ResourceMetadata>,
    /// A challenge of the scheme `Basic` beside the other.
    pub(crate) basic: bool,
    /// Names neither the scopes that a token lacks nor those that it holds.
    pub(crate) discreet: bool,
    /// Hides that there is something for which a token lacks a scope.
    pub(crate) conceals: bool,
}

impl Manner {
    /// Whether it is nobody's business which scopes a token lacks.
    pub(crate) fn hides_scopes(&self) -> bool {
        self.conceals || self.discreet
    }

    pub(super) fn hides_scopes_of(&self, denial: &Denial) -> bool {
        self.hides_scopes() && matches!(denial, Denial::InsufficientScope(_))
    }

    pub(super) fn conceals(&self, denial: &Denial) -> bool {
        self.conceals && matches!(denial, Denial::InsufficientScope(_))
    }
}
