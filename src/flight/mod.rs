//! The core: from a digest to a verdict, asking the resolver once for all who wait.
//!
//! It stands on the revocations and a small trait, [`Memory`], and names neither a runtime nor a cache, so that a model
//! checker runs this very code. The promise it keeps: **once a change call has returned, no verdict from before the
//! change is relied on.** Three rules keep it:
//!
//! 1. a remembered verdict counts only while its epoch is the current one, and the epoch is read after the verdict;
//! 2. a load is shared only by requests that arrived in the same epoch: its key is *(digest, epoch)*;
//! 3. when a load has come in, the epoch is read again, and if it was raised meanwhile the load is made anew.

mod flights;
mod memory;
#[cfg(all(test, model))]
mod model;
mod recall;
mod verdict;

pub(crate) use flights::{Outage, Pilot};
pub(crate) use memory::Memory;
pub(crate) use recall::Recall;
pub(crate) use verdict::Verdict;
