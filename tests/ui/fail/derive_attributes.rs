use tower_pat::require_scope;
use tower_pat::scope::Scopes;

#[derive(Scopes)]
pub enum Api {
    Missing,
    #[scope]
    Bare,
    #[scope = "invoices:read"]
    Value,
    #[scope(invoices)]
    Word,
    #[scope("invoices read")]
    Space,
    #[scope("café")]
    NotAscii,
    #[scope("a")]
    #[scope("b")]
    Twice,
    #[scope("c", "d")]
    Several,
    #[scope("e", includes = "f")]
    Unknown,
    #[scope("g", implies = "h", implies = "i")]
    ImpliesTwice,
    #[scope("j", implies("k"))]
    List,
    #[scope("l", implies = 7)]
    Number,
    #[scope("m", implies = "n o")]
    NotAScope,
    #[doc = include_str!("derive_attributes.rs")]
    #[scope("p")]
    Included,
    #[scope("q")]
    Right,
}

#[require_scope(any(Api::Missing, Api::Right), catalog = Api)]
async fn handler() {}

fn main() {
    let _ = Api::catalog();
    let _: axum::Router = axum::Router::new().route("/", axum::routing::get(handler));
}
