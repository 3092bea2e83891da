//! The web wing: who gets what from its routers, and how they refuse what is wrong.

mod conditions;
mod described;
mod inputs;
mod limits;
mod matrix;
mod outage;
#[cfg(feature = "macros")]
mod page;
mod pages;
mod retries;
mod site;
mod socket;
mod standard;
mod strangers;
