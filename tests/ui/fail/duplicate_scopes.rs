use tower_pat::require_scope;
use tower_pat::scope::Scopes;

#[derive(Scopes)]
pub enum Api {
    #[scope("invoices:read")]
    Read,
    #[scope("invoices:write")]
    Write,
    #[scope("invoices:read")]
    List,
    #[scope("invoices:read")]
    Show,
}

#[require_scope(Api::Show)]
async fn show() {}

fn main() {
    let _: axum::Router = axum::Router::new().route("/", axum::routing::get(show));
}
