use std::sync::LazyLock;

use axum::extract::OriginalUri;
use axum::{Extension, Json};
use utoipa::openapi::security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::openapi::{OpenApi as Document, Paths};
use utoipa::{Modify, OpenApi};

use super::problems::Problems;
use super::view::Status;
use super::{history, many, own, read, write};

/// How the description names the cookie of a session.
#[derive(Debug, Clone)]
pub(super) struct SessionCookie(pub(super) String);

/// The description of this API (OpenAPI 3.1), with the paths that it has where it is nested.
pub(super) async fn show(Extension(cookie): Extension<SessionCookie>, OriginalUri(uri): OriginalUri) -> Json<Document> {
    static DOCUMENT: LazyLock<Document> = LazyLock::new(Tokens::openapi);
    let mut document = DOCUMENT.clone();
    let prefix = uri.path().strip_suffix("/openapi.json").unwrap_or_default();
    document.paths = nested(document.paths, prefix);
    let session = ApiKey::Cookie(ApiKeyValue::with_description(cookie.0.as_str(), "Somebody is signed in."));
    let components = document.components.get_or_insert_default();
    components.add_security_scheme("session", SecurityScheme::ApiKey(session));
    Json(document)
}

/// The paths under a prefix.
fn nested(paths: Paths, prefix: &str) -> Paths {
    let mut nested = Paths::new();
    for (path, item) in paths.paths {
        let path = match (path.as_str(), prefix) {
            ("/", prefix) if !prefix.is_empty() => prefix.to_owned(),
            (path, prefix) => format!("{prefix}{path}"),
        };
        nested.paths.insert(path, item);
    }
    nested
}

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Personal access tokens",
        description = "People manage their tokens, signed in. A token may see, replace and revoke itself, and nothing else.",
        version = "1"
    ),
    paths(
        read::list,
        read::show,
        read::events,
        read::scopes,
        read::resources,
        write::create,
        write::edit,
        write::rotate,
        write::revoke,
        many::find,
        many::revoke_all,
        own::show,
        own::rotate,
        own::revoke,
    ),
    components(schemas(Status, history::Change)),
    tags(
        (name = "tokens", description = "Your tokens; an administrator's view of those of others."),
        (name = "choices", description = "What a token can be given."),
        (name = "self", description = "What a token does with itself.")
    ),
    modifiers(&Schemes, &Problems)
)]
struct Tokens;

/// How tokens are known.
struct Schemes;

impl Modify for Schemes {
    fn modify(&self, document: &mut Document) {
        let bearer = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).description(Some("A personal access token."));
        let components = document.components.get_or_insert_default();
        components.add_security_scheme("pat", SecurityScheme::Http(bearer.build()));
    }
}
