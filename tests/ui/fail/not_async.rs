use tower_pat::require_scope;
use tower_pat::scope::Scopes;

#[derive(Scopes)]
enum Api {
    #[scope("invoices:read")]
    Read,
}

#[require_scope("invoices:read")]
fn handler() {}

struct Invoices;

impl Invoices {
    #[require_scope(Api::Read, conceal)]
    pub fn list() -> impl Future<Output = ()> {
        async {}
    }
}

fn main() {}
