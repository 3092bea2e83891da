//! Tokens that expire soon: their owners are to hear of it in time.
//!
//! An [`ExpiryWatch`] looks once a minute for tokens that expire in seven days, or in one, and has the manager tell of each:
//! an event in the audit, and in the stream of who has subscribed.
//!
//! ```
//! use std::sync::Arc;
//! use tower_pat::expiry::ExpiryWatch;
//! use tower_pat::store::{AuditKind, MemoryStore};
//! use tower_pat::{PatManager, TokenFormat};
//!
//! # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let catalog = "invoices:read".parse()?;
//! let manager = PatManager::new(TokenFormat::new("acme_pat")?, Arc::new(MemoryStore::new()), catalog);
//! let mut events = manager.subscribe();
//! let watch = ExpiryWatch::start(manager.clone());
//! tokio::spawn(async move {
//!     while let Some(event) = events.recv().await {
//!         let Ok(event) = event else { continue };
//!         if let Some(notice) = event.expiry_notice() {
//!             println!("to {}: {:?} expires in {}", event.owner(), event.token(), notice.as_str());
//!         }
//!     }
//! });
//! # Ok(()) }
//! ```
//!
//! # Rules
//!
//! 1. Each token is told of once with seven days left and once with one, over all instances and restarts: who tells claims it
//!    in the store first.
//! 2. Only tokens that may still be used are told of: not those that were revoked, were replaced or have expired. Those that are
//!    paused, are not valid yet or belong to a disabled owner are.
//! 3. A token that lives for seven days or less, from its creation or from the last change of its expiry, is told of one day
//!    before alone; one that lives for a day or less, never.
//! 4. If nobody looked in time, a token with a day left or less is told of once, not twice.
//! 5. Another expiry starts anew.

mod watch;

pub use watch::ExpiryWatch;
