use http::Request;

use super::grpc::GrpcRequirements;
use super::hold::hold;
use crate::caller::caller;
use crate::denial::Denial;
use crate::requirement::Access;

/// What a guard asks for.
#[derive(Debug)]
pub(super) enum Rule {
    Always(Access),
    Grpc(GrpcRequirements),
}

impl Rule {
    #[inline]
    pub(super) fn check<B>(&self, request: &mut Request<B>) -> Result<(), Denial> {
        let access = match self {
            Self::Always(access) => access,
            Self::Grpc(requirements) => requirements.of(request.uri().path()),
        };
        match access {
            Access::Public => Ok(()),
            Access::AnyToken => caller(request.extensions()).map(drop),
            Access::Requires(requirement) => hold(requirement, request.extensions_mut()),
        }
    }
}
