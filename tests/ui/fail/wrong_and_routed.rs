//! An error of the macro brings no others, wherever the handler is used.

use tower_pat::guard::Require;
use tower_pat::guard::demand::Demand;
use tower_pat::require_scope;

#[require_scope("invoices read")]
async fn wrong_scope(id: axum::extract::Path<u64>) -> String {
    id.to_string()
}

#[require_scope("invoices:read", on = "Invoice:{id}")]
#[axum::debug_handler]
async fn wrong_template() {}

#[require_scope("invoices:read")]
fn sync() -> &'static str {
    "no invoices"
}

#[require_scope]
#[utoipa::path(get, path = "/")]
async fn without_argument() {}

#[require_scope("a b")]
fn both() {}

fn guarded<D: Demand, F: Future>(_: fn(Require<D>) -> F) {}

fn main() {
    use axum::routing::get;
    let routes = get(wrong_scope).post(wrong_template).put(sync).delete(without_argument).patch(both);
    let _: axum::Router = axum::Router::new().route("/", routes);

    use tower_pat::routing;
    let declared = routing::get(wrong_scope).post(wrong_template).put(sync).delete(without_argument).patch(both);
    let _: routing::GuardedRouter = routing::GuardedRouter::new().route("/", declared);

    guarded(wrong_template);
    guarded(sync);
    guarded(both);
}
