use tower_pat::require_scope;
use tower_pat::scope::Scopes;

#[derive(Scopes)]
pub enum Api {
    #[scope("invoices:read")]
    Read,
}

#[require_scope(Api::Raed)]
async fn misspelt() {}

#[require_scope(any("admin", Nowhere::Read))]
async fn unknown_enum() {}

fn main() {
    let _: axum::Router = axum::Router::new().route("/", axum::routing::get(misspelt).post(unknown_enum));
}
