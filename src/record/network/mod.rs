//! Networks: from where a token may be used.

mod one;
mod set;

pub use one::Network;
pub use set::NetworkSet;
