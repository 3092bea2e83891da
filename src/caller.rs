//! What the layer leaves in the extensions of a request, and how what stands inside finds it.

use std::sync::{Arc, Mutex, PoisonError};

use http::Extensions;

use crate::denial::Denial;
use crate::principal::PatPrincipal;
use crate::requirement::Requirement;
use crate::scope::ScopeSet;

/// Left in place of a principal where the layer lets a request without a token pass.
#[derive(Debug, Clone, Copy)]
struct Anonymous;

/// Leaves the principal, in place of any that was there.
pub(crate) fn admit(extensions: &mut Extensions, principal: PatPrincipal) {
    extensions.insert(principal);
}

/// Leaves word that the layer has looked and found no token. A principal that was there is not trusted.
pub(crate) fn admit_anonymous(extensions: &mut Extensions) {
    extensions.remove::<PatPrincipal>();
    extensions.insert(Anonymous);
}

/// The principal, or why there is none: the request came without a token, or past no layer at all.
pub(crate) fn caller(extensions: &Extensions) -> Result<&PatPrincipal, Denial> {
    if let Some(principal) = extensions.get() {
        return Ok(principal);
    }
    if extensions.get::<Anonymous>().is_some() {
        return Err(Denial::MissingCredential);
    }
    tracing::error!("a request reached an extractor or a guard of tower-pat without passing a PatAuthLayer");
    Err(Denial::MissingLayer)
}

/// A place where guards note what they accept, for a layer that tells its clients.
#[derive(Debug, Clone, Default)]
pub(crate) struct AcceptedScopes(Arc<Mutex<ScopeSet>>);

impl AcceptedScopes {
    pub(crate) fn noted(&self) -> ScopeSet {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn note(&self, requirement: &Requirement) {
        let mut noted = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *noted = noted.iter().chain(&requirement.named_scopes()).cloned().collect();
    }
}

/// Leaves a place to note in, in place of any that was there.
pub(crate) fn ask_accepted(extensions: &mut Extensions) -> AcceptedScopes {
    let accepted = AcceptedScopes::default();
    extensions.insert(accepted.clone());
    accepted
}

/// Notes what a guard accepts, if somebody wants to know.
pub(crate) fn note_accepted(extensions: &Extensions, requirement: impl FnOnce() -> Requirement) {
    if let Some(accepted) = extensions.get::<AcceptedScopes>() {
        accepted.note(&requirement());
    }
}
