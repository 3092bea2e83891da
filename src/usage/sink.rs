use async_trait::async_trait;

use crate::store::{PatStore, StoreError, Use};

/// Takes in uses of tokens: a [`PatStore`], or whatever else a service keeps them in.
///
/// ```
/// use async_trait::async_trait;
/// use tower_pat::store::{StoreError, Use};
/// use tower_pat::usage::UsageSink;
///
/// struct Lines;
///
/// #[async_trait]
/// impl UsageSink for Lines {
///     async fn record_uses(&self, uses: &[Use]) -> Result<(), StoreError> {
///         for used in uses {
///             println!("{}: {} uses", used.id(), used.usage().count());
///         }
///         Ok(())
///     }
/// }
/// ```
#[async_trait]
pub trait UsageSink: Send + Sync + 'static {
    /// Adds uses to what is kept of them: of a token each call has one entry at most. A token that is not kept is passed
    /// over.
    ///
    /// # Cancel safety
    ///
    /// A call that takes too long is dropped, and made again with the same uses.
    ///
    /// # Errors
    ///
    /// When nothing was written, as far as that is known: the call is made again.
    async fn record_uses(&self, uses: &[Use]) -> Result<(), StoreError>;
}

#[async_trait]
impl<S: PatStore + ?Sized> UsageSink for S {
    async fn record_uses(&self, uses: &[Use]) -> Result<(), StoreError> {
        PatStore::record_uses(self, uses).await
    }
}
