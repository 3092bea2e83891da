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
    pub(crate) fn hides_scopes_of(&self, denial: &Denial) -> bool {
        self.conceals(denial) || (self.discreet && matches!(denial, Denial::InsufficientScope(_)))
    }

    /// Whether nobody is to learn that there is something.
    pub(crate) fn conceals(&self, denial: &Denial) -> bool {
        let Denial::InsufficientScope(lacking) = denial else {
            return false;
        };
        self.conceals || lacking.required().is_concealed()
    }
}
