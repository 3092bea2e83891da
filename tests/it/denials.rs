//! Every row of the denial table and every bad credential, whole responses as snapshots.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::middleware::map_response;
use axum::response::Response;
use axum::routing::get;
use http::header::WWW_AUTHENTICATE;
use http::{HeaderValue, Request, StatusCode};
use insta::assert_snapshot;
use tower_pat::denial::Denial;
use tower_pat::guard::RequireScopeLayer;
use tower_pat::requirement::Requirement;
use tower_pat::testing::ManualClock;
use tower_pat::token::PatToken;
use tower_pat::{PatAuthLayer, PatPrincipal, PatVerifier, Scope, TokenFormat};

use crate::support::{Ledger, Mood, format, leak, noon, record, render, request, send, token, with_token};

/// A service whose tokens are in a ledger, at noon.
struct Service {
    app: Router,
    ledger: Arc<Ledger>,
    token: PatToken,
}

impl Service {
    fn new() -> Self {
        let (ledger, token) = (Ledger::new(), token());
        ledger.write(&token, record(1));
        let verifier = PatVerifier::builder(format(), ledger.clone())
            .with_clock(ManualClock::new(noon()))
            .with_deadline(Duration::from_secs(2))
            .build();
        let write = Requirement::all(["invoices:read", "invoices:write"].map(Scope::from_static));
        let app = Router::new()
            .route("/write", get(|| async { "written" }))
            .route_layer(RequireScopeLayer::new(write))
            .route("/me", get(|caller: PatPrincipal| async move { caller.owner().to_string() }))
            .layer(PatAuthLayer::new(verifier).with_realm("Acme \"invoices\"").unwrap());
        Self { app, ledger, token }
    }

    async fn say(&self, request: Request<Body>) -> String {
        render(send(self.app.clone(), request).await).await
    }

    async fn say_to(&self, authorization: &[u8]) -> String {
        self.say(request("/me", &[authorization])).await
    }

    async fn say_to_bearer(&self) -> String {
        self.say(with_token("/me", &self.token)).await
    }
}

#[tokio::test]
async fn good_token_passes() {
    assert_snapshot!(Service::new().say_to_bearer().await);
}

#[tokio::test]
async fn request_without_a_token_is_challenged() {
    let service = Service::new();
    assert_snapshot!(service.say(request("/me", &[])).await);
}

#[tokio::test]
async fn other_scheme_is_challenged_like_no_token() {
    let service = Service::new();
    let expected = service.say(request("/me", &[])).await;
    for authorization in ["Basic YWxpY2U6c2VjcmV0", "token x", "Negotiate", "Bearer-x", "Digest username=\"alice\""] {
        assert_eq!(service.say_to(authorization.as_bytes()).await, expected, "{authorization:?}");
    }
}

#[tokio::test]
async fn two_authorization_headers_are_refused_even_when_equal() {
    let service = Service::new();
    let bearer = format!("Bearer {}", service.token.expose_secret());
    let answer = service.say(request("/me", &[bearer.as_bytes(), bearer.as_bytes()])).await;
    assert_snapshot!(answer);
    let mixed = service.say(request("/me", &[b"Basic YWxpY2U6", bearer.as_bytes()])).await;
    assert_eq!(mixed, answer);
}

#[tokio::test]
async fn bearer_with_no_word_or_two_is_malformed() {
    let service = Service::new();
    let answer = service.say_to(b"Bearer").await;
    assert_snapshot!(answer);
    let twice = format!("Bearer {0} {0}", service.token.expose_secret());
    for authorization in [b"Bearer   ".as_slice(), b"bearer a b", b"Bearer\ta", twice.as_bytes()] {
        assert_eq!(service.say_to(authorization).await, answer, "{authorization:?}");
    }
}

#[tokio::test]
async fn token_of_wrong_shape_is_refused_without_asking_anybody() {
    let service = Service::new();
    let genuine = service.token.expose_secret();
    let mut checksum = genuine.to_owned();
    let last = if checksum.pop() == Some('a') { 'b' } else { 'a' };
    checksum.push(last);
    let other_prefix = leak::token_of(&TokenFormat::new("initech").unwrap());
    let answer = service.say_to(b"Bearer x").await;
    assert_snapshot!(answer);
    for text in [
        checksum.as_bytes(),
        other_prefix.expose_secret().as_bytes(),
        "jéton".as_bytes(),
        b"\xff\xfe",
        b"acme_pat_",
        &genuine.as_bytes()[1..],
        "x".repeat(400 * 1024).as_bytes(),
        "x".repeat(1024 * 1024).as_bytes(),
    ] {
        let authorization = [b"Bearer ", text].concat();
        assert_eq!(service.say_to(&authorization).await, answer);
    }
    assert_eq!(service.ledger.calls(), 0);
}

#[tokio::test]
async fn unknown_token_looks_like_a_malformed_one() {
    let service = Service::new();
    let unknown = with_token("/me", &token());
    assert_eq!(service.say(unknown).await, service.say_to(b"Bearer x").await);
    assert_eq!(service.ledger.calls(), 1);
}

#[tokio::test]
async fn token_is_refused_at_the_very_instant_of_its_expiry() {
    let service = Service::new();
    service.ledger.write(&service.token, record(1).with_expiry(noon()));
    assert_snapshot!(service.say_to_bearer().await);
}

#[tokio::test]
async fn revoked_token_is_refused() {
    let service = Service::new();
    service.ledger.write(&service.token, record(1).with_revocation(noon()));
    assert_snapshot!(service.say_to_bearer().await);
}

/// Without a server that would take the body away.
#[tokio::test]
async fn response_to_head_has_no_body_and_the_length_of_the_one_to_get() {
    let service = Service::new();
    let layer = PatAuthLayer::new(PatVerifier::new(format(), service.ledger.clone()));
    let guarded = RequireScopeLayer::new(Scope::from_static("admin"));
    let inner = tower::service_fn(|_: Request<Body>| async {
        Ok::<_, std::convert::Infallible>(http::Response::new(Body::empty()))
    });
    let stack = tower::Layer::layer(&layer, tower::Layer::layer(&guarded, inner));
    for authorization in [None, Some(&service.token)] {
        let request = |method| {
            let mut request = authorization.map_or_else(|| request("/", &[]), |token| with_token("/", token));
            *request.method_mut() = method;
            request
        };
        let get = send(stack.clone(), request(http::Method::GET)).await;
        let head = send(stack.clone(), request(http::Method::HEAD)).await;
        let body = axum::body::to_bytes(get.into_body(), 1_000).await.unwrap();
        assert_eq!(head.headers()[http::header::CONTENT_LENGTH], body.len().to_string());
        assert!(axum::body::to_bytes(head.into_body(), 1_000).await.unwrap().is_empty());
    }
}

#[tokio::test]
async fn missing_scope_is_named_and_the_realm_is_that_of_the_layer() {
    let service = Service::new();
    assert_snapshot!(service.say(with_token("/write", &service.token)).await);
}

#[tokio::test]
async fn failing_resolver_is_an_outage_and_no_bad_token() {
    let service = Service::new();
    service.ledger.set_mood(Mood::Fails);
    assert_snapshot!(service.say_to_bearer().await);
}

#[tokio::test]
async fn panicking_resolver_is_an_outage_and_leaves_nothing_broken() {
    let service = Service::new();
    service.ledger.set_mood(Mood::Panics);
    let answer = service.say_to_bearer().await;
    service.ledger.set_mood(Mood::Fails);
    assert_eq!(answer, service.say_to_bearer().await);
    service.ledger.set_mood(Mood::Answers);
    assert!(service.say_to_bearer().await.starts_with("200 OK"));
}

#[expect(clippy::disallowed_methods, reason = "the clock of this runtime is turned by hand")]
#[tokio::test(start_paused = true)]
async fn resolver_that_never_answers_is_an_outage_after_the_deadline() {
    let service = Service::new();
    service.ledger.set_mood(Mood::Hangs);
    let started = tokio::time::Instant::now();
    let answer = service.say_to_bearer().await;
    assert_eq!(started.elapsed().as_secs(), 2);
    service.ledger.set_mood(Mood::Fails);
    assert_eq!(answer, service.say_to_bearer().await);
}

#[tokio::test]
async fn extractor_and_guard_without_a_layer_are_a_mistake_of_the_service() {
    let extracting: Router = Router::new().route("/", get(|_: PatPrincipal| async {}));
    let optional: Router = Router::new().route("/", get(|_: Option<PatPrincipal>| async {}));
    let guard = RequireScopeLayer::new(Scope::from_static("invoices:read"));
    let guarded: Router = Router::new().route("/", get(|| async {})).route_layer(guard);

    let answer = render(send(extracting, request("/", &[b"Bearer x"])).await).await;
    assert_snapshot!(answer);
    for app in [optional, guarded] {
        assert_eq!(render(send(app, request("/", &[b"Bearer x"])).await).await, answer);
    }
}

/// The layer adds its realm to what a guard said, and nothing to what others made of it.
#[tokio::test]
async fn what_others_make_of_a_denial_on_its_way_out_stays() {
    let service = Service::new();
    let verifier = PatVerifier::new(format(), service.ledger.clone());
    let app: Router = Router::new()
        .route("/guarded", get(|| async {}))
        .route_layer(RequireScopeLayer::new(Scope::from_static("invoices:write")))
        .layer(map_response(|mut response: Response| async move {
            *response.status_mut() = StatusCode::NOT_FOUND;
            response.headers_mut().append(WWW_AUTHENTICATE, HeaderValue::from_static("Other"));
            response.map(|_| Body::from("no such thing"))
        }))
        .route("/own", get(|| async { (StatusCode::GONE, Denial::MissingCredential) }))
        .layer(PatAuthLayer::new(verifier).with_realm("Acme").unwrap());

    let guarded = send(app.clone(), with_token("/guarded", &service.token)).await;
    let challenges: Vec<_> = guarded.headers().get_all(WWW_AUTHENTICATE).iter().cloned().collect();
    assert!(challenges[0].to_str().unwrap().starts_with("Bearer realm=\"Acme\", error=\"insufficient_scope\""));
    assert_eq!(challenges[1], "Other");
    assert!(render(guarded).await.starts_with("404 Not Found"));

    let own = send(app, with_token("/own", &service.token)).await;
    assert_eq!(
        (own.status(), &own.headers()[WWW_AUTHENTICATE]),
        (StatusCode::GONE, &"Bearer realm=\"Acme\"".parse().unwrap())
    );
}
