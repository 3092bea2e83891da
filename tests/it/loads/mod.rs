//! Loads under pressure: how many at once, in whose turn, and what an outage does.

mod circuit;
mod flood;
mod limits;
mod outages;
