use tower_pat::require_scope;

#[require_scope("repo:read", on = "repo:{owner}/{name}.git")]
async fn part() {}

#[require_scope("repo:read", on = "repo:{owner}{name}")]
async fn two() {}

#[require_scope("repo:read", on = "repo:{owner/{name}")]
async fn unclosed() {}

#[require_scope("repo:read", on = "repo:owner}")]
async fn unopened() {}

#[require_scope("repo:read", on = "repo:{}")]
async fn unnamed() {}

#[require_scope("repo:read", on = "repo:{1st}")]
async fn digit() {}

#[require_scope("repo:read", on = "repo:{*path}")]
async fn wildcard() {}

#[require_scope("repo:read", on = "repo:{name}/{name}")]
async fn twice() {}

fn main() {}
