use std::sync::Arc;

use http::Extensions;

use crate::requirement::Requirement;
use crate::scope::ScopeSet;
use crate::sync::{Mutex, lock};

/// A place where guards note what they accept, for a layer that tells its clients.
#[derive(Debug, Clone, Default)]
pub(crate) struct AcceptedScopes(Arc<Mutex<ScopeSet>>);

impl AcceptedScopes {
    pub(crate) fn noted(&self) -> ScopeSet {
        lock(&self.0).clone()
    }

    fn note(&self, requirement: &Requirement) {
        let mut noted = lock(&self.0);
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
#[inline]
pub(crate) fn note_accepted(extensions: &Extensions, requirement: impl FnOnce() -> Requirement) {
    if let Some(accepted) = extensions.get::<AcceptedScopes>() {
        accepted.note(&requirement());
    }
}
