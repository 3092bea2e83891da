//! What comes through a declarative macro is what it is when written out.
#![deny(warnings)]

use axum::routing::get;
use tower_pat::guard::demand::Demand;
use tower_pat::guard::demand;
use tower_pat::require_scope;

macro_rules! catalogue {
    ($(#[$meta:meta])* $name:ident { $($variant:ident = $scope:literal $(=> $implied:expr)?, $text:expr;)+ }) => {
        $(#[$meta])*
        #[derive(tower_pat::Scopes)]
        pub enum $name {
            $(#[doc = $text] #[scope($scope $(, implies = $implied)?)] $variant,)+
        }
    };
}

catalogue!(Api {
    Read = "invoices:read", "Read.";
    Write = "invoices:write" => "invoices:read", "Write.";
});

macro_rules! handler {
    ($name:ident, $scope:literal, $variant:path, $catalog:path, $on:literal) => {
        #[require_scope(any($scope, $variant, $crate::Api::Write), catalog = $catalog)]
        async fn $name() {}

        mod $name {
            pub(super) type Alone = tower_pat::guard::demand!($variant);
        }
    };
}

handler!(list, "invoices:read", crate::Api::Read, crate::Api, "invoice:{id}");

macro_rules! name {
    ($demand:ty) => {
        <$demand>::requirement().to_string()
    };
}

fn main() {
    use tower_pat::scope::Scopes;

    let _: axum::Router = axum::Router::new().route("/", get(list));
    assert_eq!(name!(list::Alone), "invoices:read");
    assert_eq!(name!(demand!(all("a", Api::Write))), "all(a, invoices:write)");
    let descriptions: Vec<_> = Api::catalog().iter().map(|entry| entry.description().to_owned()).collect();
    assert_eq!(descriptions, ["Read.", "Write."]);
}
