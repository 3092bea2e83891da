//! The crate may be known by another name, and from within a module.
#![deny(warnings)]

pub mod deps {
    pub extern crate tower_pat as pats;
}

use deps::pats::guard::{Require, demand};
use deps::pats::require_scope;
use deps::pats::scope::Scopes;

#[derive(Scopes)]
#[scopes(crate = deps::pats)]
pub enum Api {
    #[scope("invoices:read")]
    Read,
    #[scope("invoices:write", implies = Read)]
    Write,
}

#[require_scope(any("invoices:read", Api::Write), catalog = Api, crate = deps::pats)]
async fn list() {}

#[require_scope("invoices:read", crate = crate::deps::pats)]
async fn absolute() {}

mod inner {
    #[super::require_scope(super::Api::Read, crate = super::deps::pats)]
    pub(crate) async fn list() {}
}

async fn by_hand(_: Require<demand!(all("a", Api::Read), crate = deps::pats)>) {}

fn main() {
    let _: axum::Router = axum::Router::new()
        .route("/list", axum::routing::get(list).post(absolute))
        .route("/inner", axum::routing::get(inner::list).post(by_hand));
    assert_eq!(Api::catalog().len(), 2);
}
