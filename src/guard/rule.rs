use http::Extensions;

use super::grpc::{GrpcRequirements, Need};
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
        let requirement = match self {
            Self::Always(requirement) => requirement,
            Self::Grpc(requirements) => match requirements.of(path) {
                Need::AnyToken => return caller(extensions).map(drop),
                Need::Scopes(requirement) => requirement,
            },
        };
        note_accepted(extensions, || requirement.clone());
        let caller = caller(extensions)?;
        if !caller.allows(requirement) {
            return Err(InsufficientScope::new(requirement.clone(), caller.scopes().clone()).into());
        }
        Ok(())
    }
}
