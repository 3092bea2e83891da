use tower_pat::guard::demand::Demand;
use tower_pat::guard::{Require, demand};

async fn nothing(_: Require<demand!()>) {}

async fn empty_list(_: Require<demand!(all())>) {}

async fn word(_: Require<demand!(READ)>) {}

async fn space(_: Require<demand!("repo:read repo:write")>) {}

async fn template(_: Require<demand!("repo:read", on = "repo:{owner}/")>) {}

type Alone = demand!("repo:read", conceal(true));

fn main() {
    let _ = Alone::requirement();
    use axum::routing::get;
    let routes = get(nothing).post(empty_list).put(word).delete(space).patch(template);
    let _: axum::Router = axum::Router::new().route("/", routes);
}
