use tower_pat::require_scope;

#[require_scope(7)]
async fn number() {}

#[require_scope(b"invoices:read")]
async fn bytes() {}

fn main() {}
