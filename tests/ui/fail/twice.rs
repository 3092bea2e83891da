use tower_pat::require_scope;

#[require_scope("invoices:read")]
#[require_scope("invoices:write")]
async fn handler() {}

fn main() {}
