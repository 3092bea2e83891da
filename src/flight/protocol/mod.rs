//! The protocol of the feed under a checker of states: every order in which transactions begin and commit, readings are
//! made, come late and are cut off, followers come and go, rows are deleted and databases restored, while a verifier loads,
//! remembers and decides.
//!
//! The code that is checked is the crate's own: the positions and readings, the steps of the follower, the table of epochs,
//! the look-up and the load, also with what a follower does between the two readings of a decision. The database, the
//! clock and the network are the world's. The states have no end in time, for what is older than the bound is all one.
//!
//! The database tells all rows from the oldest open transaction on. What a `PostgresFeed` leaves out of that, since it
//! remembers what its last snapshots have shown, is not modelled: tests of that feed hold it, on a server.

mod age;
mod database;
mod mistake;
mod tests;
mod verifier;
mod world;
