use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

use axum::extract::{DefaultBodyLimit, FromRequestParts};
use axum::middleware::{from_fn, map_response};
use axum::routing::{get, post};
use axum::{Extension, Router};

use super::document::SessionCookie;
use super::{document, many, own, read, write};
use crate::client::ClientAddrSource;
use crate::manager::PatManager;
use crate::record::{FamilyId, OwnerId};
use crate::web::desk::Desk;
use crate::web::limit::{Limiter, Rate};
use crate::web::no_store::no_store;
use crate::web::owner::TokenOwner;
use crate::web::problem::{Problem, ProblemKind};
use crate::web::resources::ResourceChoices;
use crate::web::same_origin::same_origin;

/// How many bytes a body may have: a token with 100 resources needs 20,000.
const BODY: usize = 64 * 1024;

/// How often tokens are made.
pub(super) type Creations = Arc<Limiter<Maker>>;

/// Who makes tokens. A token that replaces itself is counted apart, with those before it: in wrong hands it must not keep its
/// owner from making others.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Maker {
    Owner(OwnerId),
    Family(FamilyId),
}

/// The API by which people manage their tokens, as a router to nest anywhere; `O` is what the host's extractor says of
/// who is signed in ([`TokenOwner`]).
///
/// ```
/// # use std::sync::Arc;
/// # use axum::extract::FromRequestParts;
/// # use axum::response::Redirect;
/// # use http::request::Parts;
/// # use tower_pat::record::OwnerId;
/// # use tower_pat::store::MemoryStore;
/// # use tower_pat::web::TokenOwner;
/// # use tower_pat::{PatManager, PatVerifier, TokenFormat};
/// # struct User(OwnerId);
/// # impl<S: Sync> FromRequestParts<S> for User {
/// #     type Rejection = Redirect;
/// #     async fn from_request_parts(_: &mut Parts, _: &S) -> Result<Self, Redirect> { Err(Redirect::to("/login")) }
/// # }
/// # impl TokenOwner for User {
/// #     fn owner(&self) -> OwnerId { self.0.clone() }
/// # }
/// # let format = TokenFormat::new("acme_pat")?;
/// # let store = Arc::new(MemoryStore::new());
/// # let manager = PatManager::new(format.clone(), store.clone(), "invoices:read".parse()?);
/// # let verifier = PatVerifier::new(format, store);
/// use axum::Router;
/// use tower_pat::client::SocketPeer;
/// use tower_pat::{PatAuthLayer, web};
///
/// let tokens = web::api::<User>(manager).with_client_addr(SocketPeer).router();
/// let app: Router = Router::new()
///     .nest("/api/tokens", tokens)
///     // The host's own layer, by which `User` finds its session, comes here.
///     .layer(PatAuthLayer::new(verifier).with_anonymous());
/// # Ok::<(), tower_pat::invalid::InvalidValue>(())
/// ```
pub fn api<O>(manager: PatManager) -> ApiBuilder<O> {
    let cookie = SessionCookie("session".to_owned());
    ApiBuilder { desk: Desk::new(manager), creations: Rate::BY_HAND, cookie, who: PhantomData }
}

/// Builds the router of [`api`].
///
/// ```
/// # use std::num::NonZeroU32;
/// # use std::time::Duration;
/// # use tower_pat::web::ApiBuilder;
/// use tower_pat::client::SocketPeer;
/// use tower_pat::web::Rate;
///
/// # fn example<O>(api: ApiBuilder<O>) -> ApiBuilder<O> {
/// let ten_a_day = Rate::new(NonZeroU32::new(10).expect("10"), Duration::from_hours(24));
/// api.with_client_addr(SocketPeer).with_create_rate(ten_a_day)
/// # }
/// ```
#[must_use = "it is no router yet"]
pub struct ApiBuilder<O> {
    desk: Desk,
    creations: Rate,
    cookie: SessionCookie,
    who: PhantomData<fn() -> O>,
}

impl<O> ApiBuilder<O> {
    /// Sets how it is known from which address a request comes, for the audit. Without it that is not noted.
    pub fn with_client_addr(mut self, source: impl ClientAddrSource) -> Self {
        self.desk = self.desk.with_client_addr(source);
        self
    }

    /// Sets what people can pick to limit a token to; nothing without it.
    pub fn with_resources(mut self, choices: impl ResourceChoices) -> Self {
        self.desk = self.desk.with_resources(choices);
        self
    }

    /// Sets how often one owner may make or replace tokens, and a token itself: 30 at once, and 30 an hour, without it. Each
    /// process counts for itself.
    pub fn with_create_rate(mut self, rate: Rate) -> Self {
        self.creations = rate;
        self
    }

    /// Sets the name of the cookie by which people are signed in, for the description: `session` without it.
    pub fn with_session_cookie(mut self, name: impl Into<String>) -> Self {
        self.cookie = SessionCookie(name.into());
        self
    }

    /// The router.
    pub fn router<S>(self) -> Router<S>
    where
        S: Clone + Send + Sync + 'static,
        O: TokenOwner + FromRequestParts<S> + 'static,
    {
        let creations: Creations = Arc::new(Limiter::new(self.creations, self.desk.manager().clock()));
        Router::new()
            .route("/", get(read::list::<O>).post(write::create::<O>))
            .route("/scopes", get(read::scopes::<O>))
            .route("/resources", get(read::resources::<O>))
            .route("/find", post(many::find::<O>))
            .route("/revoke-all", post(many::revoke_all::<O>))
            .route("/self", get(own::show).delete(own::revoke))
            .route("/self/rotate", post(own::rotate))
            .route("/openapi.json", get(document::show))
            .route("/{id}", get(read::show::<O>).patch(write::edit::<O>).delete(write::revoke::<O>))
            .route("/{id}/rotate", post(write::rotate::<O>))
            .route("/{id}/events", get(read::events::<O>))
            .method_not_allowed_fallback(method_not_allowed)
            .fallback(nothing_here)
            .layer(Extension(creations))
            .layer(Extension(self.cookie))
            .layer(Extension(self.desk))
            .layer(DefaultBodyLimit::max(BODY))
            .layer(from_fn(same_origin))
            .layer(map_response(no_store))
    }
}

impl<O> fmt::Debug for ApiBuilder<O> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ApiBuilder").field("desk", &self.desk).finish_non_exhaustive()
    }
}

async fn nothing_here() -> Problem {
    Problem::new(ProblemKind::NotFound, "there is nothing here")
}

async fn method_not_allowed() -> Problem {
    Problem::new(ProblemKind::MethodNotAllowed, "this cannot be done here")
}
