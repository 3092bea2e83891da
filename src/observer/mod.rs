//! Who wants to know what becomes of known tokens: which are used, and which are presented although they are no longer
//! good.
//!
//! A [`PatObserver`] is given to a verifier
//! ([`PatVerifierBuilder::with_observer`](crate::verifier::PatVerifierBuilder::with_observer)), which tells it while a request
//! is at hand. The `usage::UsageRecorder` of the feature `manage` is one that writes uses to a store. A service that wants
//! to know more than that passes on what the recorder is to hear:
//!
//! ```
//! use tower_pat::observer::{Accepted, Denied, PatObserver};
//! use tower_pat::record::PatStatus;
//!
//! /// Tells somebody when a token is presented that was replaced by another: its secret is in other hands.
//! #[derive(Debug)]
//! struct Alarm<R> {
//!     recorder: R,
//!     replaced: std::sync::mpsc::SyncSender<tower_pat::record::TokenId>,
//! }
//!
//! impl<R: PatObserver> PatObserver for Alarm<R> {
//!     fn accepted(&self, accepted: &Accepted<'_>) {
//!         self.recorder.accepted(accepted);
//!     }
//!
//!     fn denied(&self, denied: &Denied<'_>) {
//!         if denied.record().status_at(denied.at().wall()) == PatStatus::Rotated {
//!             // If there is no room, others have told.
//!             let _ = self.replaced.try_send(denied.record().id());
//!         }
//!     }
//! }
//! ```

mod accepted;
mod circumstances;
mod denied;
mod later;
mod port;

pub use accepted::Accepted;
pub(crate) use circumstances::Circumstances;
pub use denied::Denied;
pub use later::{LaterUses, TakenUses};
pub use port::PatObserver;
