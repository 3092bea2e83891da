//! Who wants to know what becomes of known tokens: which are used, and which are presented although they are no longer
//! good.
//!
//! A [`PatObserver`] is given to a verifier
//! ([`PatVerifierBuilder::with_observer`](crate::verifier::PatVerifierBuilder::with_observer)), which tells it while a request
//! is at hand. Of the feature `manage` there are the `usage::UsageRecorder`, which writes uses to a store, and the
//! `reuse::ReuseWatch`, which reports tokens that are presented after another has taken their place. A verifier tells
//! several. One of your own:
//!
//! ```
//! use tower_pat::observer::{Accepted, Denied, PatObserver};
//! use tower_pat::record::{PatStatus, TokenId};
//!
//! /// Tells somebody when a token is presented that was revoked: it is left somewhere.
//! #[derive(Debug)]
//! struct Alarm(std::sync::mpsc::SyncSender<TokenId>);
//!
//! impl PatObserver for Alarm {
//!     fn accepted(&self, _: &Accepted<'_>) {}
//!
//!     fn denied(&self, denied: &Denied<'_>) {
//!         if denied.record().status_at(denied.at().wall()) == PatStatus::Revoked {
//!             // If there is no room, others have told.
//!             let _ = self.0.try_send(denied.record().id());
//!         }
//!     }
//! }
//! ```

mod accepted;
mod both;
mod circumstances;
mod denied;
mod later;
mod port;

pub use accepted::Accepted;
pub(crate) use both::Both;
pub(crate) use circumstances::Circumstances;
pub use denied::Denied;
pub use later::{LaterUses, TakenUses};
pub use port::PatObserver;
