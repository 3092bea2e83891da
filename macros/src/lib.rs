//! The attribute macros of `tower-pat`; use them through that crate.
