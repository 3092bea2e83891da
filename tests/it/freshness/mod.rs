//! How long a verdict is relied on: until its time or its token ends, anew from the background, or in an outage.

mod counted;
mod ends;
mod refresh;
mod refresh_limits;
mod stale;
mod stale_limits;
mod weather;

use std::time::Duration;

use futures_util::FutureExt;
use jiff::SignedDuration;
use tower_pat::denial::{Denial, InvalidToken};
use tower_pat::record::PatRecord;
use tower_pat::token::PatToken;

use crate::support::{Bench, Decision, noon, record, settle};

const SECOND: Duration = Duration::from_secs(1);
const NANOSECOND: Duration = Duration::from_nanos(1);

impl Bench {
    /// Turns the clock to a time since noon.
    fn turn_to(&self, since_noon: Duration) {
        use tower_pat::clock::Clock;
        self.clock.advance(since_noon.checked_sub(self.clock.now().monotonic()).expect("time goes forth"));
    }

    /// A good token that has just been looked up.
    async fn remembered(&self) -> PatToken {
        let token = self.good();
        assert!(self.verify(&token).await.is_ok());
        token
    }

    /// The decision, if no wait is needed.
    fn at_once(&self, token: &PatToken) -> Option<Decision> {
        self.verify(token).now_or_never()
    }

    /// A request that is answered from memory, and what it has begun in the background as far as it comes; how often the
    /// resolver was asked for it.
    async fn hit(&self, token: &PatToken) -> usize {
        let before = self.ledger.calls();
        assert!(matches!(self.at_once(token), Some(Ok(_))), "it is remembered");
        settle().await;
        self.ledger.calls() - before
    }
}

fn just_before(instant: Duration) -> Duration {
    instant.saturating_sub(NANOSECOND)
}

fn refused(reason: InvalidToken) -> Decision {
    Err(Denial::InvalidToken(reason))
}

/// A record that expires so long after noon.
fn expiring(after_noon: Duration) -> PatRecord {
    record(1).with_expiry(noon() + SignedDuration::try_from(after_noon).unwrap())
}
