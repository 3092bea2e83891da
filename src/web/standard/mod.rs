//! What programs call by a standard, and the report of leaks.

mod basic;
mod clients;
mod endpoint;
mod fault;
mod introspection;
mod leaks;
mod metadata;
mod revocation;

pub use clients::{IntrospectionClient, IntrospectionClients};
pub use endpoint::OpenEndpoint;
pub(super) use fault::OauthFault;
pub use introspection::introspection;
pub use leaks::leak_report;
pub use metadata::ProtectedResource;
pub use revocation::revocation;
