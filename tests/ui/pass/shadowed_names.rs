//! Names of the host that are also the macro's do no harm, and nothing needs to be imported.
#![deny(warnings, missing_docs)]
#![allow(non_camel_case_types)]

pub mod guard {
    //! A module of the host.
}

pub mod core {
    //! A module of the host.
}

pub mod std {
    //! A module of the host.
}

struct Require;
struct Text;
struct All;
struct Scope;
struct Scopes;
struct Requirement;
struct i128;
struct str;

fn word() {}
fn known() {}
fn text_of() {}

trait From {}
trait AsRef {}

impl From for Require {}
impl AsRef for Require {}

#[derive(tower_pat::Scopes)]
enum Api {
    #[scope("invoices:read")]
    Read,
    #[scope("invoices:write", implies = Read)]
    Write,
}

#[tower_pat::require_scope(all("invoices:read", any("admin", "invoices:write")))]
async fn list() {}

#[tower_pat::require_scope(any("invoices:read", Api::Write), catalog = Api)]
async fn show() {}

fn takes_names(_: &(impl From + AsRef)) {}

fn main() {
    word();
    known();
    text_of();
    takes_names(&Require);
    let _ = (Text, All, Scope, Scopes, Requirement, i128, str, Api::Read);
    let _: axum::Router = axum::Router::new().route("/", axum::routing::get(list).post(show));
}
