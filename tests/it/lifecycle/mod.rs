//! The life of a token, as a manager lets people have it.

mod announced;
mod audit;
mod bench;
mod bulk;
mod edits;
mod events;
mod expiring;
mod idempotency;
mod model;
mod policy;
mod reuse;
mod rotation;
mod who;
