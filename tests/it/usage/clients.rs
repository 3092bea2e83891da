use std::convert::Infallible;
use std::net::SocketAddr;

use axum::body::Body;
use http::header::USER_AGENT;
use http::{HeaderValue, Request, Response};
use tower::{Layer, service_fn};
use tower_pat::PatAuthLayer;
use tower_pat::client::SocketPeer;
use tower_pat::store::Usage;
use tower_pat::token::PatToken;
use tower_pat::verifier::VerifyContext;

use super::{Bench, CLIENT};
use crate::support::{leak, send, with_token};

/// What is written of a request through the layer: one whose token is looked up, or one whose token is remembered.
async fn written(agent: &[u8], is_remembered: bool, look: impl Fn(&PatToken) -> Vec<u8>) -> Usage {
    let bench = Bench::new();
    let token = bench.good(1);
    if is_remembered {
        bench.use_it(&token).await;
        bench.turn(61).await;
        bench.turn(1).await;
    }
    let agent = [agent, &look(&token)].concat();
    let mut request = with_token("/", &token);
    request.headers_mut().insert(USER_AGENT, HeaderValue::from_bytes(&agent).unwrap());
    request.extensions_mut().insert(SocketAddr::from((CLIENT, 40_312)));
    let layer = PatAuthLayer::new(bench.verifier.clone()).with_client_addr(SocketPeer);
    let inner = service_fn(|_: Request<Body>| async { Ok::<_, Infallible>(Response::new(Body::empty())) });
    let response = send(layer.layer(inner), request).await;
    assert_eq!(response.status(), 200);
    bench.turn(1).await;
    let (_, used) = bench.sink.written().pop().unwrap();
    leak::silent("Use", &used);
    leak::silent("UsageRecorder", &bench.recorder);
    leak::silent("PatVerifier", &bench.verifier);
    used.usage().clone()
}

async fn agent(agent: &[u8], is_remembered: bool) -> Option<String> {
    written(agent, is_remembered, |_| Vec::new()).await.user_agent().map(str::to_owned)
}

#[tokio::test(start_paused = true)]
async fn address_and_agent_of_a_request_are_written() {
    for is_remembered in [false, true] {
        let usage = written(b"curl/8.5.0", is_remembered, |_| Vec::new()).await;
        assert_eq!((usage.address(), usage.user_agent()), (Some(CLIENT), Some("curl/8.5.0")), "{is_remembered}");
        assert_eq!(usage.count(), 1);
    }
}

#[tokio::test(start_paused = true)]
async fn agent_is_clipped_and_hostile_bytes_are_harmless() {
    for is_remembered in [false, true] {
        let long = "é".repeat(5_000);
        assert_eq!(agent(long.as_bytes(), is_remembered).await, Some("é".repeat(200)));
        assert_eq!(agent(b"a\tb\xff\xc2\x9b\xe2\x80\xae", is_remembered).await.as_deref(), Some("ab\u{fffd}"));
        assert_eq!(agent(b"", is_remembered).await, None);
    }
}

#[tokio::test(start_paused = true)]
async fn agent_that_holds_the_token_is_not_written() {
    for is_remembered in [false, true] {
        for before in ["", "x-token=", &"a".repeat(170)] {
            let usage =
                written(before.as_bytes(), is_remembered, |token| token.expose_secret().as_bytes().to_vec()).await;
            assert_eq!((usage.address(), usage.user_agent()), (Some(CLIENT), None));
        }
    }
}

#[tokio::test(start_paused = true)]
async fn context_shows_nothing_of_what_a_client_calls_itself() {
    let bench = Bench::new();
    let token = bench.good(1);
    let context = VerifyContext::default().with_user_agent(token.expose_secret());
    leak::silent("VerifyContext", &context);
    assert!(bench.verifier.verify(token.expose_secret(), &context).await.is_ok());
    bench.turn(1).await;
    assert_eq!(bench.sink.written()[0].1.usage().user_agent(), None);
}
