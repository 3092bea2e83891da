//! Raw requests, as bytes over a socket, and what comes back: status, challenges, body.

mod credentials;
mod denials;
mod host;
mod wire;
