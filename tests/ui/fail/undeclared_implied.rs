use tower_pat::scope::Scopes;

#[derive(Scopes)]
enum Api {
    #[scope("invoices:read", implies = "profile:read")]
    Read,
    #[scope("invoices:write", implies = [Read, Raed, "invoices:raed"])]
    Write,
    #[scope("admin", implies = Other::Write)]
    Admin,
    #[cfg(any())]
    #[scope("removed")]
    Removed,
    #[scope("super", implies = "removed")]
    Super,
}

enum Other {
    Write,
}

fn main() {
    let _ = (Api::catalog(), Other::Write);
}
