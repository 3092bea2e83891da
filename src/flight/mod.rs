//! The core: from a digest to a verdict, asking the resolver once for all who wait.
//!
//! It stands on the revocations and a small trait, [`Memory`], and names neither a runtime nor a cache, so that a model
//! checker runs this very code. The promise it keeps: **once a change call has returned, no verdict from before the
//! change is relied on.** Five rules keep it:
//!
//! 1. a remembered verdict counts only while its epoch is the current one, and the epoch is read after the verdict;
//! 2. a load is shared only by requests that arrived in the same epoch: its key is *(digest, epoch)*;
//! 3. when a load has come in, the epoch is read again, and if it was raised meanwhile the load is made anew;
//! 4. a load in the background is a load like any other, in the epoch of the look-up that asked for it;
//! 5. a verdict that is past its time is relied on only after an outage, and the epoch is read after that;
//! 6. where a feed tells of changes that are made elsewhere, a verdict counts only while either it or what was last heard
//!    is recent enough, and that is read before the epoch.

mod flaw;
mod flights;
mod freshness;
mod meanwhile;
mod memory;
#[cfg(all(test, model))]
mod model;
#[cfg(all(test, not(model)))]
mod protocol;
mod recall;
mod verdict;

pub(crate) use flights::{Outage, Pilot};
pub(crate) use freshness::Freshness;
pub(crate) use memory::Memory;
pub(crate) use recall::{Hit, Recall, Stale};
pub(crate) use verdict::Verdict;
