use std::net::IpAddr;

use super::circumstances::Circumstances;
use super::later::LaterUses;
use crate::clock::Moment;
use crate::principal::PatPrincipal;

/// A token that was accepted, as a [`PatObserver`](super::PatObserver) is told of it.
///
/// ```
/// use tower_pat::observer::Accepted;
///
/// fn line(accepted: &Accepted<'_>) -> String {
///     format!("{} used {} times, last from {:?}", accepted.principal().token_id(), accepted.count(), accepted.client_addr())
/// }
/// ```
#[derive(Debug)]
pub struct Accepted<'a> {
    principal: &'a PatPrincipal,
    count: u64,
    circumstances: Circumstances<'a>,
}

impl<'a> Accepted<'a> {
    pub(crate) fn new(principal: &'a PatPrincipal, count: u64, circumstances: Circumstances<'a>) -> Self {
        Self { principal, count, circumstances }
    }

    /// Whose token it is, with its record.
    #[must_use]
    pub fn principal(&self) -> &'a PatPrincipal {
        self.principal
    }

    /// How many uses there were since the last one that was told or taken, this one included.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.count
    }

    /// When it was accepted, by the clock of the verifier.
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

    /// The uses that come after this one, to be taken before the next one is told: a token may never be used again.
    #[must_use]
    pub fn later(&self) -> LaterUses {
        LaterUses::new(self.principal.clone(), self.at())
    }
}
