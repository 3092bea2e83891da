//! Sudden ends: a process that manages tokens, or the server that keeps them, is killed at a random instant in the middle of
//! all sorts of calls. Afterwards each call is wholly made or not at all, and what was acknowledged is there.
//!
//! [`worker`] makes the calls and tells of each before and after ([`note`]); [`expected`] knows from that what must be there;
//! [`kept`] reads what is; [`audit`] holds records, audit and change log against each other.
//!
//! `PAT_CRASH_ROUNDS` says how often each is killed, `PAT_CRASH_SEED` repeats the random choices of a run.

mod audit;
mod expected;
mod kept;
mod note;
#[cfg(feature = "postgres")]
mod postgres;
mod random;
mod sqlite;
mod tally;
mod worker;
