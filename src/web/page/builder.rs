use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

use axum::extract::{DefaultBodyLimit, FromRequestParts};
use axum::middleware::{from_fn, map_response};
use axum::routing::{get, post};
use axum::{Extension, Router};

use super::assets::asset;
use super::color::Color;
use super::failure::{method_not_allowed, nothing_here};
use super::guard::{guarded, same_origin};
use super::house::{House, SignIn};
use super::language::{InvalidLanguage, Languages};
use super::logo::Logo;
use super::look::Look;
use super::{create, edit, list, pause, revoke, rotate, show};
use crate::client::ClientAddrSource;
use crate::manager::PatManager;
use crate::web::desk::Desk;
use crate::web::limit::{Limiter, Rate};
use crate::web::owner::TokenOwner;
use crate::web::resources::ResourceChoices;

/// How many bytes a form may have.
const BODY: usize = 64 * 1024;

/// The page on which people manage their own tokens, as a router to nest anywhere; `O` is what the host's extractor says
/// of who is signed in ([`TokenOwner`]).
///
/// It is made of HTML forms and needs no JavaScript. All that it shows comes from the router itself. It is in the language
/// that a browser asks for, English or French, or in others that a host [adds](PageBuilder::with_messages).
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
/// use tower_pat::web::Color;
/// use tower_pat::{PatAuthLayer, web};
///
/// let page = web::page::<User>(manager)
///     .with_client_addr(SocketPeer)
///     .with_title("Acme")
///     .with_accent(Color::parse("#0a7d4f")?)
///     .with_link_back("/settings", "Settings")
///     .with_sign_in(|path| format!("/login?then={path}"))
///     .with_example("https://api.acme.example/me");
/// let app: Router = Router::new()
///     .nest("/settings/tokens", page.router())
///     // The host's own layer, by which `User` finds its session, comes here.
///     .layer(PatAuthLayer::new(verifier).with_anonymous());
/// # Ok::<(), tower_pat::invalid::InvalidValue>(())
/// ```
pub fn page<O>(manager: PatManager) -> PageBuilder<O> {
    let (look, languages) = (Look::default(), Languages::default());
    let (desk, creations) = (Desk::new(manager), Rate::BY_HAND);
    PageBuilder { desk, look, languages, creations, sign_in: None, example: None, who: PhantomData }
}

/// Builds the router of [`page`].
///
/// ```
/// # use tower_pat::web::{InvalidLanguage, PageBuilder};
/// use tower_pat::client::SocketPeer;
///
/// # fn example<O>(page: PageBuilder<O>) -> Result<PageBuilder<O>, InvalidLanguage> {
/// page.with_client_addr(SocketPeer).with_title("Acme").with_language("fr")
/// # }
/// ```
#[must_use = "it is no router yet"]
pub struct PageBuilder<O> {
    desk: Desk,
    look: Look,
    languages: Languages,
    creations: Rate,
    sign_in: Option<Box<SignIn>>,
    example: Option<String>,
    who: PhantomData<fn() -> O>,
}

impl<O> PageBuilder<O> {
    /// Sets how it is known from which address a request comes, for the audit. Without it that is not noted.
    pub fn with_client_addr(mut self, source: impl ClientAddrSource) -> Self {
        self.desk = self.desk.with_client_addr(source);
        self
    }

    /// Sets what people can pick to limit a token to. Without it they write what they mean.
    pub fn with_resources(mut self, choices: impl ResourceChoices) -> Self {
        self.desk = self.desk.with_resources(choices);
        self
    }

    /// Sets how often one owner may make or replace tokens: 30 at once, and 30 an hour, without it. Each process counts for
    /// itself.
    pub fn with_create_rate(mut self, rate: Rate) -> Self {
        self.creations = rate;
        self
    }

    /// Sets what the service is called, for the header and the title.
    pub fn with_title(mut self, title: impl Into<String>) -> Self {
        self.look.title = Some(title.into());
        self
    }

    /// Sets the logo beside the title.
    pub fn with_logo(mut self, logo: Logo) -> Self {
        self.look.logo = Some(logo);
        self
    }

    /// Sets the colour of buttons and links. Where it could not be read it is made darker, or on dark ground lighter.
    pub fn with_accent(mut self, accent: Color) -> Self {
        self.look.accent = accent;
        self
    }

    /// Sets where a link in the header leads, such as `/settings`, and what it is called.
    pub fn with_link_back(mut self, path: impl Into<String>, label: impl Into<String>) -> Self {
        self.look.home = Some((path.into(), label.into()));
        self
    }

    /// Sets where people sign in again when the policy asks how long ago that was
    /// ([`with_max_login_age`](crate::policy::Policy::with_max_login_age)); it is given the path to come back to. Without it
    /// they are told, and no more.
    pub fn with_sign_in(mut self, address: impl Fn(&str) -> String + Send + Sync + 'static) -> Self {
        self.sign_in = Some(Box::new(address));
        self
    }

    /// Sets what a new token is tried with: the address in the line for curl. Without it, the root of the host that the page
    /// was asked for.
    pub fn with_example(mut self, address: impl Into<String>) -> Self {
        self.example = Some(address.into());
        self
    }

    /// Sets the language, such as `fr`, whatever browsers ask for.
    ///
    /// # Errors
    ///
    /// When there are no messages in it.
    pub fn with_language(mut self, tag: &str) -> Result<Self, InvalidLanguage> {
        self.languages.keep_to(tag)?;
        Ok(self)
    }

    /// Adds a language, or other words for one that there is: messages in the form of Project Fluent, with the names of
    /// those in `src/web/page/language/messages/en.ftl`.
    ///
    /// # Errors
    ///
    /// When they cannot be read, or one is missing.
    pub fn with_messages(mut self, tag: &str, messages: &str) -> Result<Self, InvalidLanguage> {
        self.languages.add(tag, messages)?;
        Ok(self)
    }

    /// The router.
    pub fn router<S>(self) -> Router<S>
    where
        S: Clone + Send + Sync + 'static,
        O: TokenOwner + FromRequestParts<S> + 'static,
    {
        let creations = Limiter::new(self.creations, self.desk.manager().clock());
        let house = House::new(self.look, self.languages, creations);
        let house = house.with_sign_in(self.sign_in).with_example(self.example);
        Router::new()
            .route("/", get(list::list::<O>))
            .route("/new", get(create::form::<O>).post(create::create::<O>))
            .route("/assets/{name}", get(asset))
            .route("/{id}", get(show::show::<O>))
            .route("/{id}/edit", get(edit::form::<O>).post(edit::edit::<O>))
            .route("/{id}/pause", post(pause::pause::<O>))
            .route("/{id}/resume", post(pause::resume::<O>))
            .route("/{id}/rotate", get(rotate::form::<O>).post(rotate::rotate::<O>))
            .route("/{id}/revoke", get(revoke::form::<O>).post(revoke::revoke::<O>))
            .method_not_allowed_fallback(method_not_allowed)
            .fallback(nothing_here)
            .layer(DefaultBodyLimit::max(BODY))
            .layer(from_fn(same_origin))
            .layer(Extension(self.desk))
            .layer(Extension(Arc::new(house)))
            .layer(map_response(guarded))
    }
}

impl<O> fmt::Debug for PageBuilder<O> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PageBuilder").field("desk", &self.desk).field("look", &self.look).finish_non_exhaustive()
    }
}
