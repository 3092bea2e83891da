use http::Extensions;

use super::grpc::GrpcRequirements;
use crate::caller::{caller, note_accepted};
use crate::denial::{Denial, InsufficientScope};
use crate::requirement::Requirement;

/// What a guard asks for.
#[derive(Debug)]
pub(super) enum Rule {
    Always(Requirement),
    Grpc(GrpcRequirements),
}

impl Rule {
    pub(super) fn check(&self, path: &str, extensions: &Extensions) -> Result<(), Denial> {
        let asked = match self {
            Self::Always(requirement) => Some(requirement),
            Self::Grpc(requirements) => requirements.of(path),
        };
        let Some(requirement) = asked else { return caller(extensions).map(drop) };
        note_accepted(extensions, || requirement.clone());
        let caller = caller(extensions)?;
        if !caller.allows(requirement) {
            return Err(InsufficientScope::new(requirement.clone(), caller.scopes().clone()).into());
        }
        Ok(())
    }
}
