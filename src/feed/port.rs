use std::fmt;
use std::future::pending;
use std::sync::Arc;

use async_trait::async_trait;

use super::error::FeedError;
use super::reading::{FeedPosition, FeedReading};
use crate::revocations::Revocations;

/// Reads the log of changes to the tokens of a store. A panic in it counts as a failure.
///
/// What it tells of must already show in what the [resolver](crate::PatResolver) of the same table answers.
///
/// ```
/// use std::sync::{Arc, Mutex};
///
/// use tower_pat::feed::{ChangeFeed, FeedChange, FeedError, FeedPosition, FeedReading};
/// use tower_pat::revocations::Revocations;
/// use uuid::Uuid;
///
/// /// A log in memory, of a process that never ends.
/// #[derive(Debug, Default)]
/// struct Log {
///     changes: Mutex<Vec<FeedChange>>,
///     revocations: Arc<Revocations>,
/// }
///
/// #[async_trait::async_trait]
/// impl ChangeFeed for Log {
///     async fn read(&self, since: Option<FeedPosition>) -> Result<FeedReading, FeedError> {
///         let changes = self.changes.lock().expect("nobody panics");
///         let end = FeedPosition::new(Uuid::nil(), changes.len() as u64);
///         let from = since.map_or(changes.len(), |position| position.number() as usize);
///         Ok(FeedReading::new(end).with_changes(changes.iter().skip(from).copied()))
///     }
///
///     fn revocations(&self) -> &Arc<Revocations> {
///         &self.revocations
///     }
/// }
/// ```
#[async_trait]
pub trait ChangeFeed: fmt::Debug + Send + Sync + 'static {
    /// Reads all that was committed at a position or past it, and says where the next reading goes on. More than that does
    /// no harm: what is told of twice is voided twice.
    ///
    /// Without a position it says only where the log ends. A change that is committed before the call begins must show
    /// in it, or in what is told later from the position that it gives.
    ///
    /// # Errors
    ///
    /// When the log cannot be read.
    ///
    /// # Cancel safety
    ///
    /// Dropping its future must not lose anything: the next reading begins at the same position.
    async fn read(&self, since: Option<FeedPosition>) -> Result<FeedReading, FeedError>;

    /// Waits until there may be something to read at a position or past it. It may be late, wake for nothing, or never: by
    /// default it never does.
    ///
    /// # Errors
    ///
    /// When it cannot find out. The feed is read from time to time all the same.
    ///
    /// # Cancel safety
    ///
    /// Its future is dropped again and again. What has woken it must still wake the next call from the same position.
    async fn changed(&self, since: FeedPosition) -> Result<(), FeedError> {
        let _ = since;
        pending().await
    }

    /// The table in which changes to the tokens of this store are announced: the one of its
    /// [resolver](crate::PatResolver::revocations).
    fn revocations(&self) -> &Arc<Revocations>;
}
