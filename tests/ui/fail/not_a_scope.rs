use tower_pat::require_scope;

#[require_scope("")]
async fn empty() {}

#[require_scope("invoices:read invoices:write")]
async fn space() {}

#[require_scope("invoices\"")]
async fn quote() {}

#[require_scope(r"invoices\read")]
async fn backslash() {}

#[require_scope(any("admin", "café:read"))]
async fn not_ascii() {}

#[require_scope(
    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
)]
async fn too_long() {}

fn main() {}
