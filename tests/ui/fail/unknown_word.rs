use tower_pat::require_scope;

#[require_scope(one_of("invoices:read", "invoices:write"))]
async fn list() {}

#[require_scope(any("admin", READ))]
async fn constant() {}

#[require_scope(Write)]
async fn variant_alone() {}

#[require_scope(Api::all("invoices:read"))]
async fn list_of_a_type() {}

fn main() {}
