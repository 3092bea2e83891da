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

/// What a load needs to begin: the token, and the epoch in which its request arrived. And what the client calls itself, if
/// an observer is to be told.
#[derive(Debug)]
pub(crate) struct Loading {
    pub(super) digest: TokenDigest,
    pub(super) epoch: Epoch,
    pub(super) agent: Option<Box<str>>,
}
