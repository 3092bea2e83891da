use tower_pat::require_scope;

#[require_scope(all())]
async fn all() {}

#[require_scope(any())]
async fn any() {}

#[require_scope(any("admin", all()))]
async fn nested() {}

fn main() {}
