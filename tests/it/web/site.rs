//! A service whose people manage their tokens, at noon.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::FromRequestParts;
use http::header::{AUTHORIZATION, CONTENT_TYPE, COOKIE};
use http::request::{Builder, Parts};
use http::{HeaderMap, Method, Request, StatusCode};
use http_body_util::BodyExt;
use jiff::Timestamp;
use serde_json::Value;
use tower::ServiceExt;
use tower_pat::manager::{CreatedPat, NewPat};
use tower_pat::policy::Policy;
use tower_pat::record::{OwnerId, TokenId, TokenName};
use tower_pat::scope::ScopeCatalog;
use tower_pat::store::{MemoryStore, PatStore, SqliteStore};
use tower_pat::testing::ManualClock;
use tower_pat::token::PatToken;
use tower_pat::web::{self, ApiBuilder, TokenOwner};
use tower_pat::{PatAuthLayer, PatManager, PatVerifier};

use crate::support::{format, leak, noon, owner, scopes};

/// Who a cookie says is signed in: `user=alice`, with `!` an administrator, and with `@` and an instant since when.
pub(crate) struct User {
    owner: OwnerId,
    is_administrator: bool,
    login: Option<Timestamp>,
}

impl<S: Sync> FromRequestParts<S> for User {
    type Rejection = (StatusCode, &'static str);

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Self::Rejection> {
        let cookie = parts.headers.get(COOKIE).and_then(|cookie| cookie.to_str().ok());
        let user = cookie.and_then(|cookie| cookie.strip_prefix("user=")).ok_or((StatusCode::UNAUTHORIZED, "who?"))?;
        let (user, login) = user.split_once('@').map_or((user, None), |(user, at)| (user, at.parse().ok()));
        let (user, is_administrator) = user.strip_suffix('!').map_or((user, false), |user| (user, true));
        Ok(Self { owner: owner(user), is_administrator, login })
    }
}

impl TokenOwner for User {
    fn owner(&self) -> OwnerId {
        self.owner.clone()
    }

    fn is_administrator(&self) -> bool {
        self.is_administrator
    }

    fn last_login(&self) -> Option<Timestamp> {
        self.login
    }
}

pub(crate) struct Site {
    pub(crate) manager: PatManager,
    pub(crate) clock: Arc<ManualClock>,
    pub(crate) app: Router,
    _folder: Option<tempfile::TempDir>,
}

/// What the manager of a site allows: enough for all of the tests.
pub(crate) fn policy() -> Policy {
    Policy::default().with_max_grace(Duration::from_hours(1)).with_unique_names(true)
}

impl Site {
    pub(crate) fn new() -> Self {
        Self::with(policy(), |api| api)
    }

    pub(crate) fn with(policy: Policy, built: impl FnOnce(ApiBuilder<User>) -> ApiBuilder<User>) -> Self {
        Self::over(Arc::new(MemoryStore::new()), policy, built)
    }

    pub(crate) fn over(
        store: Arc<dyn PatStore>,
        policy: Policy,
        built: impl FnOnce(ApiBuilder<User>) -> ApiBuilder<User>,
    ) -> Self {
        let clock = ManualClock::new(noon());
        let catalog: ScopeCatalog = "invoices:read invoices:write".parse().unwrap();
        let manager = PatManager::new(format(), store.clone(), catalog).with_policy(policy).with_clock(clock.clone());
        let verifier = PatVerifier::builder(format(), store).with_clock(clock.clone()).build();
        let app = Router::new()
            .nest("/api/tokens", built(web::api(manager.clone())).router())
            .layer(PatAuthLayer::new(verifier).with_anonymous());
        Self { manager, clock, app, _folder: None }
    }

    /// One whose tokens are in a file.
    pub(crate) async fn in_a_file() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite://{}", folder.path().join("tokens.db").display());
        let store = SqliteStore::open(&url).await.unwrap();
        Self { _folder: Some(folder), ..Self::over(Arc::new(store), policy(), |api| api) }
    }

    pub(crate) async fn create(&self, who: &str, name: &str) -> CreatedPat {
        let wanted = NewPat::new(TokenName::parse(name).unwrap()).with_scopes(scopes("invoices:read"));
        self.create_as(who, wanted).await
    }

    pub(crate) async fn create_as(&self, who: &str, wanted: NewPat) -> CreatedPat {
        let created = self.manager.create(&owner(who), wanted).await.unwrap();
        leak::keep(created.token());
        created
    }

    pub(crate) async fn version(&self, who: &str, id: TokenId) -> u64 {
        self.manager.get(&owner(who), id).await.unwrap().version()
    }
}

/// A call of a service.
#[must_use = "it is not made yet"]
pub(crate) struct Call {
    request: Builder,
    body: Body,
}

impl Call {
    pub(crate) fn new(method: &str, path: &str) -> Self {
        let request = Request::builder().method(Method::from_bytes(method.as_bytes()).unwrap()).uri(path);
        Self { request, body: Body::empty() }
    }

    pub(crate) fn get(path: &str) -> Self {
        Self::new("GET", path)
    }

    pub(crate) fn post(path: &str, body: &Value) -> Self {
        Self::new("POST", path).json(body)
    }

    pub(crate) fn patch(path: &str, body: &Value) -> Self {
        Self::new("PATCH", path).body("application/merge-patch+json", body.to_string())
    }

    pub(crate) fn json(self, body: &Value) -> Self {
        self.body("application/json", body.to_string())
    }

    pub(crate) fn body(mut self, r#type: &str, body: impl Into<Body>) -> Self {
        self.body = body.into();
        self.header(CONTENT_TYPE.as_str(), r#type)
    }

    pub(crate) fn form(self, fields: &[(&str, &str)]) -> Self {
        let text = form_of(fields);
        self.body("application/x-www-form-urlencoded", text)
    }

    pub(crate) fn header(mut self, name: &str, value: &str) -> Self {
        self.request = self.request.header(name, value);
        self
    }

    /// By somebody who is signed in.
    pub(crate) fn by(self, user: &str) -> Self {
        self.header(COOKIE.as_str(), &format!("user={user}"))
    }

    pub(crate) fn with_token(self, token: &PatToken) -> Self {
        let value = format!("Bearer {}", token.expose_secret());
        self.header(AUTHORIZATION.as_str(), &value)
    }

    pub(crate) async fn send(self, app: &Router) -> Answer {
        let request = self.request.body(self.body).unwrap();
        let place = format!("{} {}", request.method(), request.uri().path());
        let (head, body) = app.clone().oneshot(request).await.unwrap().into_parts();
        let body = body.collect().await.unwrap().to_bytes();
        let body = String::from_utf8(body.to_vec()).unwrap();
        // A token is nowhere but in the answer to what makes one, once.
        if head.status == 201 {
            leak::look_past_one_token("a response", &place, &body);
        } else {
            leak::look("a response", &place, &body);
        }
        leak::look("a response's headers", &place, format!("{:?}", head.headers));
        Answer { status: head.status.as_u16(), headers: head.headers, body }
    }
}

/// A form as it is sent.
pub(crate) fn form_of(fields: &[(&str, &str)]) -> String {
    let escaped = |text: &str| text.replace('%', "%25").replace('&', "%26").replace('=', "%3D").replace('+', "%2B");
    let fields: Vec<_> = fields.iter().map(|(name, value)| format!("{name}={}", escaped(value))).collect();
    fields.join("&")
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|_| panic!("no JSON: {self:?}"))
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }

    /// The last word of a problem's type.
    pub(crate) fn problem(&self) -> String {
        assert_eq!(self.header("content-type"), Some("application/problem+json"), "{self:?}");
        let document = self.json();
        assert_eq!(document["status"], self.status, "{self:?}");
        document["type"].as_str().unwrap().strip_prefix("urn:problem-type:tower-pat:").unwrap().to_owned()
    }

    /// Which fields a problem names.
    pub(crate) fn fields(&self) -> Vec<String> {
        let errors = self.json()["errors"].as_array().cloned().unwrap_or_default();
        errors.iter().map(|error| error["field"].as_str().unwrap().to_owned()).collect()
    }
}
