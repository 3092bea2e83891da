use tower_pat::require_scope;

#[require_scope(one_of("invoices:read", "invoices:write"))]
async fn list() {}

#[require_scope(any("admin", READ))]
async fn constant() {}

fn main() {}
