//! The memory behind the core, and the only room that names moka and papaya.
//!
//! Verdicts on known tokens stand twice: in a plain concurrent map, the *front*, which look-ups read, and in moka, which
//! decides who leaves. A look-up of one takes no lock, allocates nothing and asks nothing of moka; it leaves a note that the
//! token was used, and loads bring the notes to moka. Verdicts on unknown tokens stand in a moka of their own.
//!
//! Both hold capacity and nothing else: epoch, freshness and expiry are in the verdict, so that a clock turned by hand
//! tests them.

mod evictions;
mod hashing;
mod known;
mod memory;
mod notes;
#[cfg(test)]
#[cfg(not(model))]
mod tests;
mod unknown;
mod weight;

pub(crate) use memory::{BySort, MokaMemory};
