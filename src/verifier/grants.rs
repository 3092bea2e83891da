use crate::principal::{PatPrincipal, Uses};
use crate::record::{PatRecord, TokenId};
use crate::scope::{ScopeCatalog, ScopeSet};
use crate::telemetry::{Firsts, Novelty, UNKNOWN_SCOPE};

/// What records grant: with a catalogue the scopes that it knows and what they imply, else the scopes as they are.
#[derive(Debug, Default)]
pub(super) struct Grants {
    catalog: Option<ScopeCatalog>,
    /// The scopes that the log was told of.
    strangers: Firsts,
}

impl Grants {
    pub(super) fn new(catalog: Option<ScopeCatalog>) -> Self {
        Self { catalog, strangers: Firsts::default() }
    }

    pub(super) fn catalog(&self) -> Option<&ScopeCatalog> {
        self.catalog.as_ref()
    }

    /// The principal of a record that was just loaded.
    pub(super) fn principal(&self, record: PatRecord, uses: Uses) -> PatPrincipal {
        let Some(catalog) = &self.catalog else {
            let granted = record.scopes().clone();
            return PatPrincipal::with_granted(record, granted, None, uses);
        };
        let unknown = catalog.unknown(record.scopes());
        if !unknown.is_empty() {
            tell(&self.strangers, &unknown, record.id());
        }
        let stored = catalog.share(record.scopes());
        let granted = catalog.close(&stored);
        // Where nothing was added or dropped, one set does for both, as long as the verdict is kept.
        let granted = if granted == stored { stored.clone() } else { granted };
        let bits = catalog.bits(&granted);
        PatPrincipal::with_granted(record.with_scopes(stored), granted, Some(bits), uses)
    }
}

/// Who answers for another issuer may name ever new ones: so many are named, and then it is said that no more are.
fn tell(strangers: &Firsts, unknown: &ScopeSet, token_id: TokenId) {
    for scope in unknown {
        match strangers.take(scope.as_str()) {
            Novelty::New => tracing::warn!(
                name: UNKNOWN_SCOPE,
                %scope,
                %token_id,
                "a token has a scope that is not in the catalogue; it allows nothing"
            ),
            Novelty::TooMany => tracing::warn!(
                name: UNKNOWN_SCOPE,
                "tokens have more scopes that are not in the catalogue; no more are named"
            ),
            Novelty::Known => {}
        }
    }
}
