use tower_pat::require_scope;

#[require_scope("repo:read", on = "repo:{owner}", among = "repo")]
async fn both() {}

#[require_scope("repo:read", on = "repo:{owner}", on = "repo:{owner}")]
async fn twice() {}

#[require_scope("repo:read", conceal, conceal)]
async fn concealed_twice() {}

#[require_scope("repo:read", conceal = true)]
async fn conceal_with_value() {}

#[require_scope("repo:read", on)]
async fn without_value() {}

#[require_scope("repo:read", on = repo)]
async fn not_a_string() {}

#[require_scope("repo:read", catalog = "Api")]
async fn not_a_path() {}

#[require_scope("repo:read", crate = "tower_pat")]
async fn crate_as_text() {}

#[require_scope("repo:read", crate)]
async fn crate_without_value() {}

#[require_scope("repo:read", hidden)]
async fn unknown() {}

#[require_scope("repo:read" conceal)]
async fn without_comma() {}

#[require_scope(on = "repo:{owner}", "repo:read")]
async fn too_early() {}

#[require_scope(all("repo:read", conceal))]
async fn inside() {}

#[require_scope("repo:read", Api::Write)]
async fn second_requirement() {}

fn main() {}
