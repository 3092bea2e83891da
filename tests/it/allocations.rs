//! What a request that is accepted costs, counted: a guard no allocation, the layer none but that of its extension.

use std::convert::Infallible;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use allocation_counter::measure;
use axum::body::Body;
use axum::routing::get;
use axum::{Extension, Router};
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use http::header::AUTHORIZATION;
use http::{Request, Response, StatusCode};
use tokio::runtime::{Builder, Runtime};
use tower::{Layer, Service, service_fn};
use tower_pat::denial::{Denial, InvalidToken};
use tower_pat::guard::{AnyToken, Public, RequireScopeLayer};
use tower_pat::observer::{Accepted, PatObserver};
use tower_pat::requirement::Requirement;
use tower_pat::resolver::{Answer, ResolveError, resolver_fn};
use tower_pat::resource::ResourceSet;
use tower_pat::token::TokenDigest;
use tower_pat::verifier::VerifyContext;
use tower_pat::{PatAuthLayer, PatPrincipal, PatVerifier, Scope, require_scope};

use crate::support::{format, record, scopes, token};

async fn open() {}

#[require_scope("a")]
async fn one_scope() {}

#[require_scope(any(all("x", "y"), all("a", any("b", "c"))))]
async fn nested() {}

#[require_scope("a", on = "repo:{owner}/{name}", conceal)]
async fn on_a_resource() {}

#[require_scope("a", among = "repo")]
async fn among_resources() {}

fn request(caller: &PatPrincipal) -> Request<Body> {
    let mut request = Request::get("/acme/site").body(Body::empty()).unwrap();
    request.extensions_mut().insert(caller.clone());
    request
}

fn callers() -> [PatPrincipal; 2] {
    let record = || record(1).with_scopes(scopes("a b c"));
    let limits: ResourceSet = "repo:acme/*\nrepo:x/y\nteam:*".parse().unwrap();
    [PatPrincipal::new(record()), PatPrincipal::new(record().with_resources(limits))]
}

/// How many allocations a service makes for a request, once it has warmed up.
fn allocations<S>(runtime: &Runtime, service: &mut S, caller: &PatPrincipal) -> u64
where
    S: Service<Request<Body>, Response = Response<Body>, Error = Infallible>,
{
    let counts = [(); 3].map(|()| {
        let request = request(caller);
        let mut status = None;
        let counted = measure(|| status = Some(runtime.block_on(service.call(request)).unwrap().status()));
        assert_eq!(status, Some(http::StatusCode::OK));
        counted.count_total
    });
    counts[2]
}

#[test]
fn handler_with_a_guard_allocates_no_more_than_one_without() {
    let runtime = Builder::new_current_thread().build().unwrap();
    let [free, limited] = callers();
    let path = "/{owner}/{name}";
    let mut bare = Router::new().route(path, get(open)).with_state(());
    let least = allocations(&runtime, &mut bare, &free);
    assert!(least > 0, "the counter counts");
    let guarded = [
        (get(one_scope), &free),
        (get(nested), &free),
        (get(on_a_resource), &free),
        (get(on_a_resource), &limited),
        (get(among_resources), &limited),
        (get(|_: AnyToken| async {}), &limited),
        (get(|_: Public| async {}), &free),
    ];
    for (place, (methods, caller)) in guarded.into_iter().enumerate() {
        let mut guarded = Router::new().route(path, methods).with_state(());
        assert_eq!(allocations(&runtime, &mut guarded, caller), least, "{place}");
    }
}

#[test]
fn layer_that_guards_a_service_allocates_nothing() {
    let runtime = Builder::new_current_thread().build().unwrap();
    let [free, limited] = callers();
    let inner = service_fn(|_: Request<Body>| async { Ok::<_, Infallible>(Response::new(Body::empty())) });
    let least = allocations(&runtime, &mut { inner }, &free);
    let scope = |text| Requirement::scope(Scope::from_static(text));
    let either = Requirement::any([scope("x"), Requirement::all([scope("a"), scope("b")])]);
    let fixed = scope("a").on("repo:acme/site".parse().unwrap());
    for (requirement, caller) in [(scope("a"), &free), (either, &free), (fixed, &limited)] {
        let mut guarded = RequireScopeLayer::new(requirement.clone()).layer(inner);
        assert_eq!(allocations(&runtime, &mut guarded, caller), least, "{requirement}");
    }
}

/// Inside one more layer of axum's, which costs the same whatever it does.
#[test]
fn layer_that_reads_the_path_allocates_nothing_for_it() {
    let runtime = Builder::new_current_thread().build().unwrap();
    let [_, limited] = callers();
    let router = |requirement: Requirement| {
        let layer = RequireScopeLayer::new(requirement);
        Router::new().route("/{owner}/{name}", get(open)).layer(layer).with_state(())
    };
    let scope = || Requirement::scope(Scope::from_static("a"));
    let fixed = allocations(&runtime, &mut router(scope().on("repo:acme/site".parse().unwrap())), &limited);
    let read = allocations(&runtime, &mut router(scope().on("repo:{owner}/{name}".parse().unwrap())), &limited);
    assert_eq!(read, fixed);
}

/// A remembered token, in each place where a layer can stand, beside a layer that inserts an extension and does nothing else.
#[test]
fn layer_allocates_no_more_than_its_extension() {
    let _silence = silence();
    let runtime = Builder::new_current_thread().enable_time().build().unwrap();
    let token = token();
    let resolver = resolver_fn(|_: TokenDigest| async { Ok::<_, ResolveError>(Answer::Known(record(1))) });
    let verifier = PatVerifier::new(format(), resolver);
    assert!(runtime.block_on(verifier.verify(token.expose_secret(), &VerifyContext::default())).is_ok());
    let layer = PatAuthLayer::new(verifier.clone());
    let extension = Extension(Arc::new(()));
    let router = || Router::new().route("/", get(open));
    let allocations = |service: &mut dyn FnMut(Request<Body>) -> BoxFuture<'static, StatusCode>| {
        let counts = [(); 3].map(|()| {
            let bearer = format!("Bearer {}", token.expose_secret());
            let request = Request::get("/").header(AUTHORIZATION, bearer).body(Body::empty()).unwrap();
            let mut status = None;
            let counted = measure(|| status = Some(runtime.block_on(service(request))));
            assert_eq!(status, Some(StatusCode::OK));
            counted.count_total
        });
        counts[2]
    };
    let mut inside = [router().layer(layer.clone()).with_state(()), router().layer(extension.clone()).with_state(())];
    let [ours, least] = inside.each_mut().map(|router| allocations(&mut |request| answer(router.call(request))));
    assert!(ours <= least, "{ours} inside the router, {least} for an extension");
    let mut outside = (layer.layer(router().with_state(())), extension.layer(router().with_state(())));
    let ours = allocations(&mut |request| answer(outside.0.call(request)));
    let least = allocations(&mut |request| answer(outside.1.call(request)));
    assert!(ours <= least, "{ours} outside the router, {least} for an extension");
    assert_eq!(verifier.statistics().misses(), 1);
}

/// Counts, and keeps nothing.
#[derive(Debug)]
struct Listener(AtomicU64);

impl PatObserver for Listener {
    fn accepted(&self, accepted: &Accepted<'_>) {
        self.0.fetch_add(accepted.count(), Ordering::Relaxed);
    }
}

#[test]
fn use_of_a_remembered_token_that_is_counted_for_an_observer_costs_no_allocation() {
    let _silence = silence();
    let runtime = Builder::new_current_thread().enable_time().build().unwrap();
    let token = token();
    let resolver = resolver_fn(|_: TokenDigest| async { Ok::<_, ResolveError>(Answer::Known(record(1))) });
    let listener = Arc::new(Listener(AtomicU64::new(0)));
    let verifier = PatVerifier::builder(format(), resolver).with_observer(listener.clone()).build();
    let context = VerifyContext::default().with_user_agent("importer/2.1");
    runtime.block_on(async {
        assert!(verifier.verify(token.expose_secret(), &context).await.is_ok());
        let counted = measure(|| {
            for _ in 0..100 {
                let decision = verifier.verify(token.expose_secret(), &context).now_or_never();
                assert!(matches!(decision, Some(Ok(_))));
            }
        });
        assert_eq!(counted.count_total, 0);
    });
    assert_eq!(listener.0.load(Ordering::Relaxed), 1, "the others are not told of in this minute");
}

/// Nobody listens, whatever other tests listen to.
fn silence() -> tracing::subscriber::DefaultGuard {
    tracing::subscriber::set_default(tracing::subscriber::NoSubscriber::new())
}

fn answer<F>(response: F) -> BoxFuture<'static, StatusCode>
where
    F: Future<Output = Result<Response<Body>, Infallible>> + Send + 'static,
{
    response.map(|response| response.unwrap().status()).boxed()
}

#[test]
fn token_that_is_refused_for_its_checksum_costs_no_allocation_and_no_look_up() {
    let _silence = silence();
    let runtime = Builder::new_current_thread().build().unwrap();
    let resolver = resolver_fn(|_: TokenDigest| async {
        assert_eq!(1, 2, "nobody is asked");
        Ok::<_, ResolveError>(Answer::Unknown)
    });
    let verifier = PatVerifier::new(format(), resolver);
    let mistyped = token().expose_secret().replace("acme_pat_", "acme_pat_0")[..].to_owned();
    let mistyped = &mistyped[..mistyped.len() - 1];
    let context = VerifyContext::default();
    runtime.block_on(async {
        let mut decision = None;
        let _ = verifier.verify(mistyped, &context).await;
        let counted = measure(|| decision = verifier.verify(mistyped, &context).now_or_never());
        assert_eq!(decision, Some(Err(Denial::InvalidToken(InvalidToken::Malformed))));
        assert_eq!(counted.count_total, 0);
    });
    let statistics = verifier.statistics();
    assert_eq!((statistics.refused_unseen(), statistics.verifications()), (2, 2));
}
