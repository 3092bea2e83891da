use tower_pat::require_scope;

pub enum Plain {
    Read,
}

pub mod api {
    pub const READ: &str = "invoices:read";
}

#[require_scope(Plain::Read)]
async fn variant() {}

#[require_scope("invoices:read", catalog = Plain)]
async fn catalogue() {}

#[require_scope("invoices:read", catalog = String)]
async fn another_type() {}

#[require_scope("invoices:read", catalog = Nowhere)]
async fn unknown_type() {}

#[require_scope(api::READ)]
async fn constant() {}

fn main() {}
