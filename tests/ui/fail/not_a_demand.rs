use tower_pat::guard::Require;

fn handler(_: Require<String>) {}

fn main() {}
