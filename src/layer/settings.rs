use crate::response::Realm;
use crate::verifier::PatVerifier;

/// What the layer gives to its services and they to their futures.
#[derive(Debug, Clone)]
pub(super) struct Settings {
    pub(super) verifier: PatVerifier,
    pub(super) realm: Realm,
    pub(super) anonymous: bool,
}
