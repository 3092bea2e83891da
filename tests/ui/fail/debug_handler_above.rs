//! It counts the arguments before the guard is among them.

use tower_pat::require_scope;

#[axum::debug_handler]
#[require_scope("invoices:read")]
async fn list() {}

fn main() {}
