use axum::Router;
use axum::routing::get;
use http::StatusCode;
use tokio::runtime::Runtime;
use tower::{Layer, ServiceBuilder};
use tower_pat::guard::RequireScopeLayer;
use tower_pat::verifier::VerifyContext;
use tower_pat::{PatAuthLayer, PatVerifier, require_scope};

use super::{Case, Tokens, bare_router};
use crate::fixture::{self, Pool};
use crate::traffic::Traffic;

/// The layer of this crate: remembered tokens, then guards, then denials.
pub(super) fn cases(tokens: &Tokens, runtime: &Runtime) -> Vec<Case> {
    let layer = protected(&Pool::of(tokens.hot.clone()), runtime);
    let mut cases = hits(tokens, &layer);
    let recorded = PatAuthLayer::new(recorded(&Pool::of(tokens.hot.clone()), runtime));
    cases.push(Case::new("usage", "**ours with uses recorded, one hot token**", tokens.hot(), layered(recorded)));
    cases.push(Case::new(
        "uniform",
        "**ours, uniform over 10,000**",
        tokens.uniform(),
        layered(protected(&tokens.uniform, runtime)),
    ));
    cases.push(Case::new(
        "zipf",
        "**ours, Zipf over 1,000,000**",
        tokens.zipf(),
        layered(protected(&tokens.many, runtime)),
    ));
    cases.extend(denials(tokens, layer));
    cases
}

/// A layer over a store that knows every token, these being remembered.
pub(crate) fn protected(pool: &Pool, runtime: &Runtime) -> PatAuthLayer {
    PatAuthLayer::new(warmed(pool, runtime))
}

pub(crate) fn layered(layer: PatAuthLayer) -> Router {
    bare_router().layer(layer).with_state(())
}

/// A verifier that remembers these tokens.
pub(crate) fn warmed(pool: &Pool, runtime: &Runtime) -> PatVerifier {
    warm(fixture::verifier(fixture::knowing(), pool.len()), pool, runtime)
}

/// The same, with a recorder of their uses.
pub(crate) fn recorded(pool: &Pool, runtime: &Runtime) -> PatVerifier {
    warm(fixture::recorded(fixture::knowing(), pool.len(), runtime), pool, runtime)
}

fn warm(verifier: PatVerifier, pool: &Pool, runtime: &Runtime) -> PatVerifier {
    runtime.block_on(async {
        for token in pool.tokens() {
            let decision = verifier.verify(token, &VerifyContext::default()).await;
            assert!(decision.is_ok(), "the store knows every token");
        }
    });
    verifier
}

#[require_scope("invoices:read")]
async fn guarded() -> &'static str {
    ""
}

fn hits(tokens: &Tokens, layer: &PatAuthLayer) -> Vec<Case> {
    let guard = RequireScopeLayer::new("invoices:read");
    let guarded_router = || Router::new().route("/", get(guarded));
    let stack = ServiceBuilder::new().layer(layer.clone()).layer(guard.clone());
    let in_one = bare_router().layer(stack).with_state(());
    let in_two = bare_router().layer(guard).layer(layer.clone()).with_state(());
    let macro_guard = guarded_router().layer(layer.clone()).with_state(());
    let outside = layer.layer(bare_router().with_state(()));
    let outside_guarded = layer.layer(guarded_router().with_state(()));
    let hot = |key, name, router| Case::new(key, name, tokens.hot(), router);
    vec![
        hot("hot", "**ours, one hot token**", layered(layer.clone())),
        hot("guarded", "**ours and `#[require_scope]`**", macro_guard),
        hot("guard_layer", "**ours and `RequireScopeLayer`**, one stack", in_one),
        hot("guard_second", "**ours and `RequireScopeLayer`**, a `Router::layer` each", in_two),
        Case::new("outside", "**ours outside the finished router**", tokens.hot(), outside),
        Case::new(
            "outside_guarded",
            "**ours outside the finished router, and `#[require_scope]`**",
            tokens.hot(),
            outside_guarded,
        ),
    ]
}

fn denials(tokens: &Tokens, layer: PatAuthLayer) -> [Case; 3] {
    let ignorant = || layered(PatAuthLayer::new(fixture::verifier(fixture::ignorant(), 10_000)));
    let mistyped = Traffic::Hot(fixture::bearer(&fixture::mistyped(&tokens.hot)));
    let denied = |key, name, traffic, router| Case::answering(StatusCode::UNAUTHORIZED, (key, name), traffic, router);
    [
        denied("mistyped", "**ours, denied by checksum**", mistyped, layered(layer)),
        denied("unknown", "**ours, denied: unknown, remembered**", tokens.hot(), ignorant()),
        denied("unknown_cold", "**ours, denied: unknown, asked each time**", Traffic::Fresh, ignorant())
            .in_batches_of(300),
    ]
}
