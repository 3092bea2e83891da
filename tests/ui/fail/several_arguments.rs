use tower_pat::require_scope;

#[require_scope("invoices:read", "invoices:write")]
async fn handler() {}

fn main() {}
