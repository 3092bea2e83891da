use std::sync::Arc;

use tower_pat::require_scope;

struct Invoices;

impl Invoices {
    #[require_scope("invoices:read")]
    async fn list(&self) {}

    #[require_scope("invoices:read")]
    async fn show(self: Arc<Self>, _: u64) {}

    #[require_scope("invoices:read")]
    fn sync(&mut self) {}
}

fn main() {}
