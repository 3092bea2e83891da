use tower_pat::scope::Scopes;

#[derive(Scopes)]
#[scopes(crate = "tower_pat")]
enum Text {
    #[scope("a")]
    A,
}

#[derive(Scopes)]
#[scopes]
enum Bare {
    #[scope("a")]
    A,
}

#[derive(Scopes)]
#[scopes(rename_all = "snake_case")]
enum Unknown {
    #[scope("a")]
    A,
}

#[derive(Scopes)]
#[scopes(crate = ::tower_pat)]
#[scopes(crate = ::tower_pat)]
enum Twice {
    #[scope("a")]
    A,
}

fn main() {
    let _ = (Text::A, Bare::A, Unknown::A, Twice::A);
}
