//! Which handlers state who may call them, and that what they state is looked at first.

use std::future::{Ready, ready};
use std::marker::PhantomData;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use axum::Json;
use axum::body::Body;
use axum::extract::{FromRequestParts, Path};
use axum::handler::Handler;
use axum::response::Response;
use axum::routing::MethodRouter;
use bytes::Bytes;
use http::request::Parts;
use http::{Method, Request, StatusCode};
use http_body_util::{BodyExt, Full};
use tower_pat::PatPrincipal;
use tower_pat::guard::demand::{Text, word};
use tower_pat::guard::{AnyToken, Public, Require, RequireScopeLayer};
use tower_pat::requirement::Access;
use tower_pat::routing::{Declares, GuardedRouter, any, get, post};

use super::{PUBLIC, READ, Read, Site, auth, mine, open, read};
use crate::support::send;

/// The marker of a handler.
fn marker<H: Handler<T, ()>, T>(_: H) -> PhantomData<(H, T)> {
    PhantomData
}

trait Stated {
    fn stated(&self) -> Option<String>;
}

impl<H, T: Declares<H>> Stated for PhantomData<(H, T)> {
    fn stated(&self) -> Option<String> {
        Some(T::access().to_string())
    }
}

trait Unstated {
    fn stated(&self) -> Option<String> {
        None
    }
}

/// The compiler takes this one only where the other does not fit.
impl<H, T> Unstated for &PhantomData<(H, T)> {}

macro_rules! stated {
    ($handler:expr) => {
        (&marker($handler)).stated().as_deref()
    };
}

/// A handler whose marker says what its code does not do.
#[derive(Clone)]
struct Liar;

impl Handler<((), AnyToken), ()> for Liar {
    type Future = Ready<Response>;

    fn call(self, _: Request<Body>, (): ()) -> Self::Future {
        ready(Response::default())
    }
}

#[test]
fn handler_written_by_hand_states_nothing_whatever_its_marker_says() {
    assert_eq!(stated!(Liar), None);
    assert_eq!(stated!(Liar.layer(RequireScopeLayer::new("read"))), None);
}

#[test]
fn first_argument_states_who_may_call() {
    assert_eq!(stated!(open), Some("public"));
    assert_eq!(stated!(mine), Some("any token"));
    assert_eq!(stated!(read), Some("read"));
    assert_eq!(stated!(|_: Public| async {}), Some("public"));
    assert_eq!(stated!(|_: Public, _: Path<u8>, _: Bytes| async {}), Some("public"));
    assert_eq!(stated!(|AnyToken(_): AnyToken, _: Require<Read>| async {}), Some("any token"));
    assert_eq!(stated!(read.layer(RequireScopeLayer::new("admin"))), Some("read"));
}

#[test]
fn other_handlers_state_nothing() {
    assert_eq!(stated!(|| async {}), None);
    assert_eq!(stated!("a fixed response"), None);
    assert_eq!(stated!((StatusCode::OK, "a fixed response")), None);
    assert_eq!(stated!(MethodRouter::<()>::new()), None);
    assert_eq!(stated!(|_: PatPrincipal| async {}), None);
    assert_eq!(stated!(|_: Option<PatPrincipal>| async {}), None);
    assert_eq!(stated!(|_: PatPrincipal, _: Require<Read>| async {}), None);
    assert_eq!(stated!(|_: Path<u8>, _: Public| async {}), None);
    assert_eq!(stated!((|| async {}).layer(RequireScopeLayer::new("admin"))), None);
}

#[test]
fn functions_of_up_to_16_arguments_state_it() {
    type M = Method;
    assert_eq!(stated!(|_: Public, _: M, _: M, _: M, _: M, _: M, _: M| async {}), Some("public"));
    let sixteen = |_: Require<Read>,
                   _: M,
                   _: M,
                   _: M,
                   _: M,
                   _: M,
                   _: M,
                   _: M,
                   _: M,
                   _: M,
                   _: M,
                   _: M,
                   _: M,
                   _: M,
                   _: M,
                   _: Request<Body>| async {};
    assert_eq!(stated!(sixteen), Some("read"));
}

/// An extractor that notes that it was run.
struct Spy;

#[derive(Clone)]
struct Seen(Arc<AtomicBool>);

impl FromRequestParts<Seen> for Spy {
    type Rejection = StatusCode;

    async fn from_request_parts(_: &mut Parts, seen: &Seen) -> Result<Self, Self::Rejection> {
        seen.0.store(true, Ordering::Relaxed);
        Err(StatusCode::IM_A_TEAPOT)
    }
}

#[tokio::test]
async fn what_is_stated_is_looked_at_before_the_other_arguments_and_the_body() {
    let (auth, [idler, reader]) = auth(["", "read"]);
    let seen = Seen(Arc::default());
    let app = GuardedRouter::new()
        .route("/spy", post(|_: Require<Read>, _: Spy, _: Bytes| async {}))
        .route("/body", post(|_: Require<Read>, _: Json<u8>| async {}))
        .with_state(seen.clone())
        .finish(auth)
        .unwrap();
    for (path, token, expected, looks) in [
        ("/spy", &idler, 403, false),
        ("/body", &idler, 403, false),
        ("/spy", &reader, 418, true),
        ("/body", &reader, 422, true),
    ] {
        seen.0.store(false, Ordering::Relaxed);
        let body_seen = seen.0.clone();
        let body = Full::from("\"seven\"").map_frame(move |frame| {
            body_seen.store(true, Ordering::Relaxed);
            frame
        });
        let request = Request::post(path)
            .header("content-type", "application/json")
            .header("authorization", format!("Bearer {}", token.expose_secret()));
        let response = send(app.clone(), request.body(Body::new(body)).unwrap()).await;
        assert_eq!((response.status().as_u16(), seen.0.load(Ordering::Relaxed)), (expected, looks), "{path}");
    }
}

#[tokio::test]
async fn methods_have_what_their_handlers_state() {
    type Write = Text<5, { word("write", 0) }>;
    let routes = get(read).put(|_: Require<Write>| async {}).merge(post(open).delete(mine));
    let site = Site::of(GuardedRouter::new().route("/", routes).route("/any", any(read).head(open)));
    site.assert(&[
        ("GET /", READ),
        ("HEAD /", READ),
        ("PUT /", [401, 403, 403]),
        ("POST /", PUBLIC),
        ("DELETE /", super::ANY_TOKEN),
        ("PATCH /", super::OTHER_METHOD),
        ("PATCH /any", READ),
        ("BREW /any", READ),
        ("HEAD /any", PUBLIC),
    ])
    .await;
}

#[tokio::test]
async fn a_bad_token_is_refused_even_where_everybody_may_come_in() {
    let (auth, []) = auth([]);
    let app = GuardedRouter::new().route("/", get(open)).finish(auth).unwrap();
    for authorization in [b"Bearer x".as_slice(), b"Bearer", b"Bearer a b"] {
        let response = send(app.clone(), crate::support::request("/", &[authorization])).await;
        assert!(response.status().is_client_error());
    }
}

#[tokio::test]
async fn whoever_lacks_a_token_is_told_as_by_a_layer_without_anonymous_callers() {
    let (guarded, []) = auth([]);
    let (plain, []) = auth([]);
    let guarded = GuardedRouter::new().route("/", get(read)).finish(guarded).unwrap();
    let plain = axum::Router::new().route("/", axum::routing::get(|| async {})).layer(plain);
    let [guarded, plain] = [guarded, plain].map(|app| send(app, crate::support::request("/", &[])));
    let (guarded, plain) = (crate::support::render(guarded.await).await, crate::support::render(plain.await).await);
    assert_eq!(guarded, plain);
}

#[test]
fn access_that_a_table_shows_is_the_one_that_is_stated() {
    let routes: GuardedRouter = GuardedRouter::new().route("/", get(read).post(open));
    let stated: Vec<_> = routes.table().iter().map(|entry| entry.access().clone()).collect();
    assert_eq!(stated, [Access::try_from("read").unwrap(), Access::Public]);
}
