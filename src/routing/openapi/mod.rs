//! The security of the operations in an OpenAPI document, from the table of a guarded router: there is no second list.
//!
//! [`RouteTable::secure`](super::RouteTable::secure) adds the scheme `pat`, HTTP's `bearer`, and to each operation its
//! `security`:
//!
//! | access | `security` |
//! |---|---|
//! | public | `[]`, or what the document says of other schemes |
//! | any token | `[{"pat": []}]` |
//! | a scope, `all(a, b)` | `[{"pat": ["a", "b"]}]` |
//! | `any(a, all(b, c))` | `[{"pat": ["a"]}, {"pat": ["b", "c"]}]` |
//! | nobody, and what has more than 32 alternatives | `[{"pat": ["…"]}]`, the text form of the requirement |
//!
//! Whatever the operation said of its security before is replaced. The text form of the access, which also names
//! resources, is in the extension `x-access`.
//!
//! ```
//! use tower_pat::routing::{GuardedRouter, get};
//! use tower_pat::{PatAuthLayer, require_scope};
//! use utoipa::OpenApi;
//!
//! /// Lists the invoices.
//! #[require_scope("invoices:read")]
//! #[utoipa::path(get, path = "/invoices", responses((status = 200, description = "fine", body = String)))]
//! async fn list() -> &'static str {
//!     "no invoices"
//! }
//!
//! #[derive(OpenApi)]
//! #[openapi(paths(list))]
//! struct Service;
//!
//! let router: GuardedRouter = GuardedRouter::new().route("/invoices", get(list));
//! let mut document = Service::openapi();
//! router.table().secure(&mut document, None)?;
//!
//! let json = serde_json::to_value(&document).expect("a document has a JSON form");
//! assert_eq!(json["paths"]["/invoices"]["get"]["security"], serde_json::json!([{ "pat": ["invoices:read"] }]));
//! assert_eq!(json["paths"]["/invoices"]["get"]["x-access"], "invoices:read");
//! # Ok::<(), tower_pat::routing::openapi::UnknownOperations>(())
//! ```

mod error;
mod operations;
mod place;
mod scheme;
mod secure;
mod security;

pub use error::UnknownOperations;
