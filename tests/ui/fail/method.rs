use tower_pat::require_scope;

struct Invoices;

impl Invoices {
    #[require_scope("invoices:read")]
    async fn list(&self) {}
}

fn main() {}
