use std::net::IpAddr;

use super::circumstances::Circumstances;
use crate::clock::Moment;
use crate::denial::Denial;
use crate::record::PatRecord;

/// A known token that was not accepted, as a [`PatObserver`](super::PatObserver) is told of it.
///
/// ```
/// use tower_pat::denial::{Denial, InvalidToken};
/// use tower_pat::observer::Denied;
///
/// /// Somebody still has a token that its owner has given up.
/// fn is_left_somewhere(denied: &Denied<'_>) -> bool {
///     matches!(denied.denial(), Denial::InvalidToken(InvalidToken::Revoked | InvalidToken::Expired))
/// }
/// ```
#[derive(Debug)]
pub struct Denied<'a> {
    record: &'a PatRecord,
    denial: &'a Denial,
    circumstances: Circumstances<'a>,
}

impl<'a> Denied<'a> {
    pub(crate) fn new(record: &'a PatRecord, denial: &'a Denial, circumstances: Circumstances<'a>) -> Self {
        Self { record, denial, circumstances }
    }

    /// What is known about the token. It may be as old as a verdict is relied on.
    #[must_use]
    pub fn record(&self) -> &'a PatRecord {
        self.record
    }

    /// Why it was not accepted.
    #[must_use]
    pub fn denial(&self) -> &'a Denial {
        self.denial
    }

    /// When it was presented, by the clock of the verifier.
    #[must_use]
    pub fn at(&self) -> Moment {
        self.circumstances.at
    }

    /// The address of the client, if it is known.
    #[must_use]
    pub fn client_addr(&self) -> Option<IpAddr> {
        self.circumstances.client_addr
    }

    /// What the client calls itself: the first 200 characters, without those that cannot be seen. None if it did not say,
    /// or if the token stands in it.
    #[must_use]
    pub fn user_agent(&self) -> Option<&'a str> {
        self.circumstances.user_agent
    }
}
