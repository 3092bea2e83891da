//! No token and no digest where it does not belong; and whoever plants one is caught.
//!
//! How the whole run of the tests is watched, `support::leak` says. Here are the forms in which values show themselves, the
//! files of a store, and the proof that the watch is awake.

mod files;
mod forms;
mod habits;
mod planted;
mod written;
