//! The feed: how an instance learns of changes that are made elsewhere.
//!
//! Every change of a token writes a row to a change log, in its own transaction. A [`ChangeFeed`] reads that log, and a
//! [`FeedFollower`] reads the feed again and again, and voids the verdicts that the changes are about. What holds then:
//! **a change that was committed elsewhere is honoured after
//! [`max_staleness`](FeedFollowerBuilder::with_max_staleness) at the very latest** (5 seconds by default), and within
//! milliseconds while the feed is healthy. These rules keep it:
//!
//! 1. A verdict is relied on only while the later of two instants is recent enough: when its load began, and when the last
//!    reading of the feed that came to its end began. So a feed that fails, hangs or is cut off costs look-ups, never the
//!    promise.
//! 2. What a reading tells of is voided before the reading counts.
//! 3. A reading goes on where the one before has ended. If it cannot, because it is the first one, because the log was
//!    pruned too far, because it was set back, or because it is the log of another generation, everything is voided.
//! 4. Being woken up is a courtesy: who waits for changes reads from time to time all the same.
//!
//! 5. Who resolves tokens must see at least what a reading has told of. A resolver that asks a replica needs a feed that reads
//!    the log *of that replica*: a feed of the primary tells of a change that the replica does not show yet, and what is loaded
//!    then is relied on.
//! 6. All feeds of one [table](crate::revocations::Revocations) read one log: any of them vouches for all that is loaded. Several
//!    logs, such as those of shards, have a table each, and a table that [follows](crate::revocations::Revocations::following) them.
//!
//! A database that is restored from a copy is to be given another generation (`pat_change_log.generation`), before anybody
//! writes to it. Where that is forgotten, a follower notices by the numbers and the last row that it knows; and in PostgreSQL
//! by the identifier of the cluster and its timeline.
//!
//! The bound is one of the verifiers' clock, with which a follower must agree. `CLOCK_MONOTONIC`, which
//! [`SystemClock`](crate::clock::SystemClock) reads as of the last tick (up to 10 milliseconds ago), stands still while a machine
//! is suspended: what such a machine remembers is relied on for up to the bound after it has woken up.
//!
//! A change that is made through a manager in the same process needs no feed: it counts at once. A database that fails over
//! to a replica which lags behind loses changes that were acknowledged, and their rows with them: the promise needs
//! synchronous replication where that may happen.

mod error;
mod follower;
mod health;
mod port;
mod reading;
mod round;

pub use error::FeedError;
pub use follower::{FeedFollower, FeedFollowerBuilder};
pub use health::FeedHealth;
pub use port::ChangeFeed;
pub use reading::{FeedChange, FeedPosition, FeedReading};
#[cfg(all(test, not(model)))]
pub(crate) use round::{Round, Step};
