//! The manager: what people do with their tokens.
//!
//! ```
//! use std::sync::Arc;
//! use tower_pat::manager::NewPat;
//! use tower_pat::record::{OwnerId, TokenName};
//! use tower_pat::scope::ScopeCatalog;
//! use tower_pat::store::MemoryStore;
//! use tower_pat::{PatManager, TokenFormat};
//!
//! # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let catalog: ScopeCatalog = "invoices:read invoices:write".parse()?;
//! let manager = PatManager::new(TokenFormat::new("acme_pat")?, Arc::new(MemoryStore::new()), catalog);
//!
//! let alice = OwnerId::parse("alice")?;
//! let wanted = NewPat::new(TokenName::parse("nightly build")?).with_scopes("invoices:read".parse()?);
//! let created = manager.create(&alice, wanted).await?;
//! println!("Keep this, it is shown once: {}", created.token().expose_secret());
//!
//! manager.revoke(&alice, created.record().id()).await?;
//! # Ok(()) }
//! ```
//!
//! Every change is committed and then announced to the verifiers over the same store, in a task of its own: once a
//! call has returned no verifier of this process accepts what was true before, and a caller that goes away midway
//! cannot part the two.

mod actor;
mod commit;
mod create;
mod edit;
mod error;
mod expiring;
mod fields;
mod import;
mod list;
mod lookup;
mod new;
mod owners;
mod pat;
mod prune;
mod reuse;
mod revoke;
mod rotate;
mod stream;

pub use actor::Actor;
pub use edit::Edit;
pub use error::{ManageError, ManageErrorKind};
pub use lookup::LeakedPat;
pub use new::{CreatedPat, NewPat};
pub use pat::PatManager;
pub use rotate::Rotation;
pub use stream::{EventStream, EventsMissed};
