use tower_pat::require_scope;

#[require_scope("invoices:read")]
struct Invoices;

#[require_scope("invoices:read")]
mod invoices {}

fn main() {}
