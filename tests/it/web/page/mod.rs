//! The page on which people manage their own tokens.

mod browser;
mod form;
mod guard;
mod host;
mod list;
mod look;
mod once;
mod others;
mod site;
mod trouble;
