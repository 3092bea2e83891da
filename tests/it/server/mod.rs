//! The example server as a process, driven over real sockets.

mod bad_input;
mod contract;
mod http;
#[cfg(feature = "postgres")]
mod instances;
mod process;
