use tower_pat::require_scope;

#[require_scope("invoices:read")]
fn handler() {}

fn main() {}
