use tower_pat::guard::{Require, demand};
use tower_pat::require_scope;
use tower_pat::scope::Scopes;

#[derive(Scopes)]
pub enum Api {
    #[scope("invoices:read")]
    Read,
    #[scope("invoices:write", implies = Read)]
    Write,
}

#[require_scope("invoices:raed", catalog = Api)]
async fn misspelt() {}

#[require_scope(any("invoices:read", all("invoices:write", "invoices")), catalog = Api)]
async fn nested() {}

pub struct Invoices;

impl Invoices {
    #[require_scope("invoices:delete:for:ever", catalog = Api)]
    async fn delete() {}
}

async fn by_hand(_: Require<demand!("invoices:read2", catalog = Api)>) {}

fn main() {
    use axum::routing::get;
    let routes = get(misspelt).post(nested).delete(Invoices::delete).put(by_hand);
    let _: axum::Router = axum::Router::new().route("/", routes);
}
