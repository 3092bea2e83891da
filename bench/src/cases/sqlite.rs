use std::error::Error;
use std::sync::Arc;

use axum::extract::{Request, State};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use tempfile::TempDir;
use tokio::runtime::Runtime;
use tower_pat::manager::NewPat;
use tower_pat::record::{OwnerId, TokenName};
use tower_pat::resolver::Answer;
use tower_pat::store::SqliteStore;
use tower_pat::{PatManager, PatPrincipal, PatResolver, TokenFormat};

use super::from_fn::bearer;
use super::{Case, bare_router};
use crate::fixture;
use crate::traffic::Traffic;

/// What stays with the case: the file is deleted with its folder.
#[derive(Debug, Clone)]
struct Database {
    format: TokenFormat,
    store: Arc<SqliteStore>,
    _folder: Arc<TempDir>,
}

/// No cache at all: each request asks the database.
pub(super) fn case(runtime: &Runtime) -> Result<Case, Box<dyn Error>> {
    let (database, token) = runtime.block_on(open())?;
    let router = bare_router().layer(from_fn_with_state(database, by_look_up)).with_state(());
    Ok(Case::new("sqlite", "`from_fn`, SQLite each time", Traffic::Hot(fixture::bearer(&token)), router)
        .in_batches_of(20))
}

async fn open() -> Result<(Database, String), Box<dyn Error>> {
    let folder = tempfile::tempdir()?;
    let url = format!("sqlite://{}", folder.path().join("tokens.db").display());
    let store = Arc::new(SqliteStore::open(&url).await?);
    let manager = PatManager::new(fixture::format(), store.clone(), "invoices:read".parse()?);
    let wanted = NewPat::new(TokenName::parse("bench")?).with_scopes("invoices:read".parse()?);
    let created = manager.create(&OwnerId::parse("alice")?, wanted).await?;
    let token = created.token().expose_secret().to_owned();
    Ok((Database { format: fixture::format(), store, _folder: Arc::new(folder) }, token))
}

async fn by_look_up(State(database): State<Database>, mut request: Request, next: Next) -> Response {
    let Some(digest) = bearer(request.headers()).and_then(|token| database.format.digest(token)) else {
        return StatusCode::UNAUTHORIZED.into_response();
    };
    let Ok(Answer::Known(record)) = database.store.resolve(&digest).await else {
        return StatusCode::UNAUTHORIZED.into_response();
    };
    request.extensions_mut().insert(PatPrincipal::new(record));
    next.run(request).await
}
