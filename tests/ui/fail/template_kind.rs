use tower_pat::require_scope;

#[require_scope("repo:read", on = "")]
async fn empty() {}

#[require_scope("repo:read", on = "{owner}/{name}")]
async fn missing() {}

#[require_scope("repo:read", on = ":{owner}/{name}")]
async fn nothing() {}

#[require_scope("repo:read", on = "Repo:{owner}/{name}")]
async fn uppercase() {}

#[require_scope("repo:read", on = "re/po:{owner}/{name}")]
async fn slash() {}

#[require_scope("repo:read", on = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa:{owner}")]
async fn long() {}

#[require_scope("repo:read", among = "repo:{owner}")]
async fn template() {}

#[require_scope("repo:read", among = "Repos")]
async fn among() {}

fn main() {}
