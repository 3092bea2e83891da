use tower_pat::require_scope;

#[require_scope("repo:read", on = "repo:")]
async fn none() {}

#[require_scope("repo:read", on = "repo:/{owner}")]
async fn empty() {}

#[require_scope("repo:read", on = "repo:{owner}/..")]
async fn dots() {}

#[require_scope("repo:read", on = "repo:./{owner}")]
async fn dot() {}

#[require_scope("repo:read", on = "repo:{owner}/*")]
async fn star() {}

#[require_scope("repo:read", on = "repo:acme inc/{name}")]
async fn space() {}

#[require_scope("repo:read", on = "repo:café/{name}")]
async fn not_ascii() {}

#[require_scope("repo:read", on = "repo:a/b/c/d/e/f/g/h/i/j/k/l/m/n/o/p/q")]
async fn many() {}

#[require_scope(
    "repo:read",
    on = "repo:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
)]
async fn long() {}

fn main() {}
