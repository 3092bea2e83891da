use tower_pat::require_scope;

#[require_scope(all = "invoices:read")]
async fn handler() {}

fn main() {}
