use tower_pat::scope::Scopes;

#[derive(Scopes)]
struct Struct;

#[derive(Scopes)]
union Union {
    a: u8,
}

#[derive(Scopes)]
enum Empty {}

#[derive(Scopes)]
enum Generic<T> {
    #[scope("a")]
    A(T),
}

#[derive(Scopes)]
enum Fields {
    #[scope("a")]
    A(u8),
    #[scope("b")]
    B { all: bool },
    #[scope("c")]
    C(),
    #[scope("d")]
    D,
}

fn main() {}
