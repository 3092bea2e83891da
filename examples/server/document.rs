//! The description of the service (OpenAPI). What each operation asks of a token comes from the table of routes: there is
//! no second list.

use std::error::Error;
use std::sync::Arc;

use axum::{Extension, Json};
use tower_pat::guard::Public;
use tower_pat::routing::{GuardedRouter, get};
use tower_pat::scope::Scopes;
use utoipa::openapi::OpenApi as Document;
use utoipa::openapi::security::{ApiKey, ApiKeyValue, SecurityScheme};
use utoipa::{Modify, OpenApi};

use super::scopes::Api;
use super::{invoices, people, tokens};

#[derive(OpenApi)]
#[openapi(
    info(title = "tower-pat demo", description = "A small service with personal access tokens."),
    paths(
        anybody,
        show,
        invoices::me,
        invoices::list_invoices,
        invoices::show_invoice,
        invoices::create_invoice,
        people::sign_in,
        tokens::log_in,
        tokens::list_tokens,
        tokens::create_token,
        tokens::revoke_token,
    ),
    modifiers(&Session)
)]
struct Service;

/// How people are known, who manage their tokens.
struct Session;

impl Modify for Session {
    fn modify(&self, document: &mut Document) {
        let cookie = ApiKey::Cookie(ApiKeyValue::with_description("id", "The session that `POST /login` begins."));
        let components = document.components.get_or_insert_default();
        components.add_security_scheme("session", SecurityScheme::ApiKey(cookie));
    }
}

/// Adds the route that shows the description of all routes.
pub(crate) fn describe(routes: GuardedRouter) -> Result<GuardedRouter, Box<dyn Error>> {
    let routes = routes.route("/openapi.json", get(show));
    let mut document = Service::openapi();
    routes.table().secure(&mut document, Some(&Api::catalog()))?;
    Ok(routes.layer(Extension(Arc::new(document))))
}

/// This description.
#[utoipa::path(get, path = "/openapi.json", responses((status = 200, description = "Here it is.", content_type = "application/json")))]
async fn show(_: Public, Extension(document): Extension<Arc<Document>>) -> Json<Document> {
    Json(Document::clone(&document))
}

/// A page for everybody.
#[utoipa::path(get, path = "/public", responses((status = 200, description = "Here it is.", body = String)))]
pub(crate) async fn anybody(_: Public) -> &'static str {
    "Anybody may read this.\n"
}
