use tower_pat::require_scope;

#[require_scope]
async fn without_parentheses() {}

#[require_scope()]
async fn with_parentheses() {}

fn main() {}
