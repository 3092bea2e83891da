use crate::denial::Denial;
use crate::principal::PatPrincipal;
use crate::revocations::Epoch;
use crate::token::TokenDigest;

/// What can be said of a token at once.
#[derive(Debug)]
pub(crate) enum Check {
    Decided(Result<PatPrincipal, Denial>),
    /// No verdict can be relied on: one must be loaded.
    Undecided(Loading),
}

/// What a load needs to begin: the token, and the epoch in which its request arrived.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Loading {
    pub(super) digest: TokenDigest,
    pub(super) epoch: Epoch,
}
