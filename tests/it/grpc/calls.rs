//! Calls that are let pass, and what goes on around those that are not.

use futures_util::future::join_all;
use tonic::Code;
use tower_pat::ScopeSet;
use tower_pat::guard::GrpcRequirements;
use tower_pat::requirement::Access;
#[cfg(feature = "macros")]
use tower_pat::{PatAuthLayer, PatVerifier, requirement::Requirement, response::BodilessResponder, scope::Scopes};

use super::site::{HEALTH, Hall, Site, guard_of, reader, with_authorization, with_token};
#[cfg(feature = "macros")]
use crate::support::{format, scopes};
use crate::support::{noon, token};

#[tokio::test]
async fn handler_sees_the_caller_of_a_unary_call_and_of_a_stream() {
    let hall = Hall::new();
    let site = Site::of(&hall).await;
    let answer = site.check(&hall.token).await.unwrap();
    assert_eq!(answer.metadata().get("caller").unwrap(), "alice");
    assert_eq!(answer.get_ref().status, 1);
    let stream = site.client().watch(with_token(&hall.token)).await.unwrap();
    assert_eq!(stream.metadata().get("caller").unwrap(), "alice");
    assert_eq!(hall.ledger.calls(), 1);
    drop(stream);
    site.stop().await;
}

#[tokio::test]
async fn stream_delivers_several_messages() {
    let hall = Hall::new();
    let site = Site::of(&hall).await;
    let mut stream = site.watch(&hall.token).await.unwrap();
    for number in [1, 2, 1, 0] {
        assert_eq!(site.desk.say(number), 1);
        assert_eq!(stream.message().await.unwrap().unwrap().status, number);
    }
}

/// A token is looked at when a call begins.
#[tokio::test]
async fn stream_goes_on_after_the_revocation_and_the_next_call_is_refused() {
    let hall = Hall::new();
    let site = Site::of(&hall).await;
    let mut stream = site.watch(&hall.token).await.unwrap();
    site.desk.say(1);
    assert_eq!(stream.message().await.unwrap().unwrap().status, 1);

    hall.ledger.change(&hall.token, reader().with_revocation(noon()));
    site.desk.say(2);
    assert_eq!(stream.message().await.unwrap().unwrap().status, 2);
    let denied = site.check(&hall.token).await.unwrap_err();
    assert_eq!((denied.code(), denied.message()), (Code::Unauthenticated, "The access token has been revoked."));
    assert_eq!(site.watch(&hall.token).await.unwrap_err().code(), Code::Unauthenticated);
    site.desk.say(3);
    assert_eq!(stream.message().await.unwrap().unwrap().status, 3);
}

#[tokio::test]
async fn denied_calls_leave_the_connection_usable() {
    let hall = Hall::new();
    let site = Site::of(&hall).await;
    for _ in 0..50 {
        let mut denied = with_authorization(&["Bearer x"]);
        // More than the windows of HTTP/2 hold at first: it is refused unread.
        denied.get_mut().service = "x".repeat(200_000);
        assert_eq!(site.client().check(denied).await.unwrap_err().code(), Code::Unauthenticated);
        assert_eq!(site.client().watch(with_authorization(&[])).await.unwrap_err().code(), Code::Unauthenticated);
        assert!(site.check(&hall.token).await.is_ok());
    }
    assert_eq!(site.connections(), 1);
}

#[tokio::test]
async fn hundreds_of_calls_at_once_are_told_apart() {
    let hall = Hall::new();
    let site = Site::of(&hall).await;
    let calls = (0..600).map(async |number| match number % 3 {
        0 => site.check(&hall.token).await.map(|_| ()),
        1 => site.client().check(with_authorization(&[])).await.map(|_| ()),
        _ => site.watch(&hall.token).await.map(|_| ()),
    });
    for (number, answer) in join_all(calls).await.into_iter().enumerate() {
        let expected = if number % 3 == 1 { Err(Code::Unauthenticated) } else { Ok(()) };
        assert_eq!(answer.map_err(|status| status.code()), expected, "{number}");
    }
    assert_eq!((hall.ledger.calls(), site.connections()), (1, 1));
}

#[tokio::test]
async fn calls_that_wait_for_one_look_up_are_all_answered() {
    let hall = Hall::new();
    let site = Site::of(&hall).await;
    hall.ledger.hold();
    let release = async {
        while hall.ledger.calls() == 0 {
            tokio::task::yield_now().await;
        }
        hall.ledger.release(1);
    };
    let calls = join_all((0..100).map(|_| site.check(&hall.token)));
    let (answers, ()) = tokio::join!(calls, release);
    assert!(answers.iter().all(Result::is_ok));
}

#[tokio::test]
async fn service_that_is_open_to_any_token_is_closed_to_none() {
    let hall = Hall::new();
    let site =
        Site::behind((hall.auth(), guard_of(GrpcRequirements::new().with_service(HEALTH, Access::AnyToken)))).await;
    let scopeless = hall.holder(reader().with_scopes(ScopeSet::default()));
    assert!(site.check(&scopeless).await.is_ok());
    assert_eq!(site.client().check(with_authorization(&[])).await.unwrap_err().code(), Code::Unauthenticated);
}

#[tokio::test]
async fn method_that_is_public_is_open_without_a_token_where_anonymous_callers_pass() {
    let hall = Hall::new();
    let requirements =
        GrpcRequirements::new().with_method(HEALTH, "Check", Access::Public).with_service(HEALTH, Access::AnyToken);
    let site = Site::behind((hall.auth().with_anonymous(), guard_of(requirements))).await;
    assert_eq!(site.client().check(with_authorization(&[])).await.unwrap_err().message(), "nobody");
    assert_eq!(site.client().watch(with_authorization(&[])).await.unwrap_err().code(), Code::Unauthenticated);
    assert_eq!(site.check(&token()).await.unwrap_err().code(), Code::Unauthenticated);
}

/// The same catalogue and requirements as for routes.
#[cfg(feature = "macros")]
#[tokio::test]
async fn methods_ask_for_what_routes_ask_for() {
    #[derive(Clone, Copy, Scopes)]
    enum Api {
        #[scope("health:read")]
        Read,
        #[scope("health:watch", implies = Read)]
        Watch,
    }
    let hall = Hall::new();
    let watch = Requirement::all([Api::Read, Api::Watch]).concealed();
    let requirements = GrpcRequirements::new().with_service(HEALTH, Api::Read).with_method(HEALTH, "Watch", watch);
    let verifier = PatVerifier::builder(format(), hall.ledger.clone()).with_catalog(Api::catalog());
    let auth = PatAuthLayer::new(verifier.with_clock(hall.clock.clone()).build()).with_responder(BodilessResponder);
    let site = Site::behind((auth, guard_of(requirements))).await;
    let [read, both] = ["health:read", "health:watch"].map(|held| hall.holder(reader().with_scopes(scopes(held))));
    assert!(site.check(&both).await.is_ok() && site.watch(&both).await.is_ok());
    assert!(site.check(&read).await.is_ok());
    assert_eq!(site.watch(&read).await.unwrap_err().code(), Code::NotFound);
}
