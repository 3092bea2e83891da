//! A server of tonic behind the layer and a guard, called by tonic's client and by a bare one over real sockets.

mod bidi;
mod calls;
mod denials;
mod desk;
mod place;
#[cfg(all(feature = "macros", feature = "manage", feature = "sqlite"))]
#[cfg(all(feature = "macros", feature = "manage", feature = "sqlite"))]
mod process;
mod site;
mod wire;
