//! Names of the host that are also the macro's do no harm, and nothing needs to be imported.
#![deny(warnings, missing_docs)]

pub mod guard {
    //! A module of the host.
}

struct Require;
struct Text;
struct All;

fn word() {}

#[tower_pat::require_scope(all("invoices:read", any("admin", "invoices:write")))]
async fn list() {}

fn main() {
    word();
    let _ = (Require, Text, All);
    let _: axum::Router = axum::Router::new().route("/", axum::routing::get(list));
}
