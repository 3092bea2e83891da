//! A scope is a string or a variant, and either makes the same type.
#![deny(warnings)]

use tower_pat::guard::demand::{Demand, Text, word};
use tower_pat::guard::{Require, demand};
use tower_pat::require_scope;
use tower_pat::scope::Scopes;

pub mod api {
    use super::*;

    #[derive(Scopes)]
    pub enum Api {
        #[scope("invoices:read")]
        Read,
        #[scope(
            "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
        )]
        Longest,
    }

    impl Api {
        #[require_scope(Self::Read)]
        pub async fn list() {}

        #[require_scope("invoices:read", catalog = Self)]
        pub async fn list_again() {}
    }

    pub async fn nested(_: Require<demand!(super::api::Api::Read)>) {}
}

use api::Api;

type Alias = Api;
type Read = Text<13, { word("invoices:read", 0) }>;

#[require_scope(Api::Read)]
async fn plain() {}

#[require_scope(crate::api::Api::Read)]
async fn absolute() {}

#[require_scope(self::api::Api::Read)]
async fn relative() {}

#[require_scope(Alias::Read)]
async fn alias() {}

#[require_scope("invoices:read", catalog = Alias)]
async fn string() {}

#[require_scope(any("admin", all(Api::Read, Api::Longest, any("b", Alias::Read))))]
async fn mixed() {}

fn take<F: Future<Output = ()>>(_: fn(Require<Read>) -> F) {}

fn main() {
    take(plain);
    take(absolute);
    take(relative);
    take(alias);
    take(string);
    take(Api::list);
    take(Api::list_again);
    take(api::nested);
    let _: axum::Router = axum::Router::new().route("/", axum::routing::get(mixed));

    type Mixed = demand!(any("admin", all(Api::Read, Api::Longest), "invoices:read"), catalog = Known);
    let longest = "a".repeat(128);
    let expected = format!("any(admin, all(invoices:read, {longest}), invoices:read)");
    assert_eq!(Mixed::requirement().to_string(), expected);
}

#[derive(Scopes)]
enum Known {
    #[scope("admin")]
    Admin,
    #[scope("invoices:read")]
    Read,
}

const _: [Known; 2] = [Known::Admin, Known::Read];
