use tower_pat::require_scope;
use tower_pat::scope::Scopes;

#[require_scope("invoices:read", crate = nowhere)]
async fn unknown() {}

#[derive(Scopes)]
#[scopes(crate = crate::nowhere)]
enum Api {
    #[scope("a")]
    A,
}

fn main() {}
