use tower_pat::require_scope;

#[require_scope("invoices:read")]
async fn list() {}

async fn bypass() {
    list().await;
}

fn main() {}
