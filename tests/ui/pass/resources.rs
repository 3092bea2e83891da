//! Requirements on resources, and concealed ones.
#![deny(warnings)]

use axum::extract::Path;
use axum::routing::get;
use tower_pat::guard::demand::Demand;
use tower_pat::guard::{Require, demand};
use tower_pat::require_scope;
use tower_pat::scope::Scopes;

#[derive(Scopes)]
enum Api {
    #[scope("repo:read")]
    Read,
}

#[require_scope("repo:read", on = "repo:{owner}/{name}")]
async fn show(Path((owner, name)): Path<(String, String)>) -> String {
    owner + &name
}

#[require_scope(Api::Read, crate = ::tower_pat, conceal, catalog = Api, among = "repo",)]
#[axum::debug_handler]
async fn list() {}

#[require_scope(all("repo:read", Api::Read), on = "team:acme/{_1}/...", conceal)]
#[utoipa::path(get, path = "/teams/{_1}")]
async fn team() {}

#[require_scope("repo:read", conceal)]
async fn concealed() {}

fn said<D: Demand>() -> (String, bool) {
    let requirement = D::requirement();
    (requirement.to_string(), requirement.is_concealed())
}

fn main() {
    let _: axum::Router = axum::Router::new()
        .route("/repos/{owner}/{name}", get(show))
        .route("/repos", get(list).post(concealed))
        .route("/teams/{_1}", get(team));

    type On = demand!(Api::Read, on = "repo:{owner}/{name}");
    type Among = demand!(any("repo:read", "admin"), among = "repo", conceal);
    let _: [Option<Require<On>>; 0] = [];
    assert_eq!(said::<On>(), ("repo:read on repo:{owner}/{name}".to_owned(), false));
    assert_eq!(said::<Among>().1, true);
}
