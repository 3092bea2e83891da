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
//!    pruned too far, or because it is the log of another generation (a database that was restored from a copy), everything
//!    is voided.
//! 4. Being woken up is a courtesy: who waits for changes reads from time to time all the same.
//!
//! A change that is made through a manager in the same process needs no feed: it counts at once. A database that fails over
//! to a replica which lags behind loses changes that were acknowledged, and their rows with them: the promise needs
//! synchronous replication where that may happen.

mod error;
mod follower;
mod health;
mod port;
mod reading;

pub use error::FeedError;
pub use follower::{FeedFollower, FeedFollowerBuilder};
pub use health::FeedHealth;
pub use port::ChangeFeed;
pub use reading::{FeedChange, FeedPosition, FeedReading};
