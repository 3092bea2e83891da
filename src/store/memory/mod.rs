//! Records in memory.

mod kept;
mod matching;
mod store;

pub use store::MemoryStore;
