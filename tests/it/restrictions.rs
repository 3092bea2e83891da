//! What restricts a record, and that it is held against every request, remembered or not.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::routing::get;
use http::StatusCode;
use jiff::{SignedDuration, Timestamp};
use tower_pat::client::SocketPeer;
use tower_pat::denial::{Denial, InvalidToken};
use tower_pat::record::{Audience, AudienceSet, NetworkSet, PatRecord};
use tower_pat::testing::ManualClock;
use tower_pat::token::PatToken;
use tower_pat::verifier::VerifyContext;
use tower_pat::{PatAuthLayer, PatVerifier};

use crate::support::{Ledger, format, noon, record, send, token, with_token};

struct Bench {
    verifier: PatVerifier,
    ledger: Arc<Ledger>,
    clock: Arc<ManualClock>,
    token: PatToken,
}

impl Bench {
    /// A verifier that speaks for no service and knows one token.
    fn new(record: PatRecord) -> Self {
        Self::speaking_for(None, record)
    }

    fn speaking_for(service: Option<&str>, record: PatRecord) -> Self {
        let (ledger, clock, token) = (Ledger::new(), ManualClock::new(noon()), token());
        ledger.write(&token, record);
        let builder = PatVerifier::builder(format(), ledger.clone()).with_clock(clock.clone());
        let builder = match service {
            Some(service) => builder.with_audience(audience(service)),
            None => builder,
        };
        Self { verifier: builder.build(), ledger, clock, token }
    }

    async fn verify(&self, context: &VerifyContext) -> Result<(), Denial> {
        self.verifier.verify(self.token.expose_secret(), context).await.map(drop)
    }

    async fn verify_plainly(&self) -> Result<(), Denial> {
        self.verify(&VerifyContext::default()).await
    }
}

fn networks(text: &str) -> NetworkSet {
    text.parse().unwrap()
}

fn audiences(text: &str) -> AudienceSet {
    text.parse().unwrap()
}

fn audience(text: &str) -> Audience {
    Audience::parse(text).unwrap()
}

fn from(addr: &str) -> VerifyContext {
    VerifyContext::default().with_client_addr(addr.parse().unwrap())
}

fn to(service: &str) -> VerifyContext {
    VerifyContext::default().with_audience(audience(service))
}

fn refused(reason: InvalidToken) -> Result<(), Denial> {
    Err(Denial::InvalidToken(reason))
}

const ELSEWHERE: Result<(), Denial> = Err(Denial::NetworkNotAllowed);

fn later(seconds: i64) -> Timestamp {
    noon() + SignedDuration::from_secs(seconds)
}

#[tokio::test]
async fn each_status_has_its_denial_on_a_miss_and_on_a_hit() {
    for (record, reason) in [
        (record(1).with_revocation(noon()), InvalidToken::Revoked),
        (record(1).with_owner_disabled(noon()), InvalidToken::OwnerDisabled),
        (record(1).with_pause(noon()), InvalidToken::Paused),
        (record(1).with_expiry(noon()), InvalidToken::Expired),
        (record(1).with_not_before(later(1)), InvalidToken::NotYetValid),
    ] {
        let bench = Bench::new(record);
        assert_eq!(bench.verify_plainly().await, refused(reason));
        assert_eq!(bench.verify_plainly().await, refused(reason));
        assert_eq!(bench.ledger.calls(), 1);
    }
}

#[tokio::test]
async fn remembered_token_becomes_valid_at_its_very_beginning() {
    let bench = Bench::new(record(1).with_not_before(later(3)));
    assert_eq!(bench.verify_plainly().await, refused(InvalidToken::NotYetValid));
    bench.clock.advance(Duration::from_nanos(2_999_999_999));
    assert_eq!(bench.verify_plainly().await, refused(InvalidToken::NotYetValid));
    bench.clock.advance(Duration::from_nanos(1));
    assert_eq!(bench.verify_plainly().await, Ok(()));
    assert_eq!(bench.ledger.calls(), 1);
}

#[tokio::test]
async fn remembered_token_that_becomes_valid_still_expires() {
    let bench = Bench::new(record(1).with_not_before(later(1)).with_expiry(later(2)));
    for expected in [refused(InvalidToken::NotYetValid), Ok(()), refused(InvalidToken::Expired)] {
        assert_eq!(bench.verify_plainly().await, expected);
        bench.clock.advance(Duration::from_secs(1));
    }
    // At its end it is asked for anew.
    assert_eq!(bench.ledger.calls(), 2);
}

#[tokio::test]
async fn accepted_token_is_refused_from_its_pause_on_and_accepted_again_when_it_is_resumed() {
    let bench = Bench::new(record(1));
    for (record, expected) in [
        (record(1), Ok(())),
        (record(1).with_pause(noon()), refused(InvalidToken::Paused)),
        (record(1), Ok(())),
        (record(1).with_owner_disabled(noon()), refused(InvalidToken::OwnerDisabled)),
        (record(1), Ok(())),
    ] {
        bench.ledger.change(&bench.token, record);
        assert_eq!(bench.verify_plainly().await, expected);
        assert_eq!(bench.verify_plainly().await, expected);
    }
}

#[tokio::test]
async fn record_without_restrictions_passes_whatever_the_context() {
    for service in [None, Some("invoices")] {
        for context in [VerifyContext::default(), from("192.0.2.1"), to("other"), to("other").with_client_addr(local())]
        {
            assert_eq!(
                Bench::speaking_for(service, record(1)).verify(&context).await,
                Ok(()),
                "{service:?} {context:?}"
            );
        }
    }
}

fn local() -> IpAddr {
    "::1".parse().unwrap()
}

#[tokio::test]
async fn token_of_some_networks_is_accepted_from_there_alone() {
    let office = || record(1).with_networks(networks("192.0.2.0/24 198.51.100.7 2001:db8::/32"));
    for (addr, expected) in [
        ("192.0.2.0", Ok(())),
        ("192.0.2.255", Ok(())),
        ("192.0.1.255", ELSEWHERE),
        ("192.0.3.0", ELSEWHERE),
        ("198.51.100.7", Ok(())),
        ("198.51.100.8", ELSEWHERE),
        ("::ffff:192.0.2.1", Ok(())),
        ("::ffff:192.0.3.1", ELSEWHERE),
        ("::192.0.2.1", ELSEWHERE),
        ("2001:db8:ffff::1", Ok(())),
        ("2001:db9::1", ELSEWHERE),
    ] {
        assert_eq!(Bench::new(office()).verify(&from(addr)).await, expected, "{addr}");
    }
    assert_eq!(Bench::new(office()).verify_plainly().await, ELSEWHERE);
}

#[tokio::test]
async fn mapped_network_is_the_network() {
    let bench = Bench::new(record(1).with_networks(networks("::ffff:10.0.0.0/104")));
    assert_eq!(bench.verify(&from("10.1.2.3")).await, Ok(()));
    assert_eq!(bench.verify(&from("::ffff:10.1.2.3")).await, Ok(()));
    assert_eq!(bench.verify(&from("11.1.2.3")).await, ELSEWHERE);
}

#[tokio::test]
async fn token_of_no_network_is_accepted_from_nowhere() {
    let bench = Bench::new(record(1).with_networks(NetworkSet::default()));
    for context in [VerifyContext::default(), from("192.0.2.1"), from("::1")] {
        assert_eq!(bench.verify(&context).await, ELSEWHERE);
    }
}

/// What is remembered of a token that one network was let in with says nothing of the next request's network.
#[tokio::test]
async fn network_is_held_against_each_request_also_of_a_remembered_token() {
    let bench = Bench::new(record(1).with_networks(networks("192.0.2.0/24")));
    for _ in 0..2 {
        assert_eq!(bench.verify(&from("192.0.2.1")).await, Ok(()));
        assert_eq!(bench.verify(&from("192.0.3.1")).await, ELSEWHERE);
        assert_eq!(bench.verify_plainly().await, ELSEWHERE);
    }
    assert_eq!(bench.ledger.calls(), 1);
}

#[tokio::test]
async fn denied_network_does_not_lock_the_allowed_one_out() {
    let bench = Bench::new(record(1).with_networks(networks("192.0.2.0/24")));
    assert_eq!(bench.verify(&from("192.0.3.1")).await, ELSEWHERE);
    assert_eq!(bench.verify(&from("192.0.2.1")).await, Ok(()));
    assert_eq!(bench.ledger.calls(), 1);
}

#[tokio::test]
async fn requests_of_several_networks_that_share_a_look_up_are_each_judged_by_their_own() {
    let bench = Bench::new(record(1).with_networks(networks("192.0.2.0/24")));
    bench.ledger.hold();
    let (inside, outside) = (from("192.0.2.1"), from("192.0.3.1"));
    let release = async {
        tokio::task::yield_now().await;
        bench.ledger.release(1);
    };
    let (inside, outside, ()) = tokio::join!(bench.verify(&inside), bench.verify(&outside), release);
    assert_eq!((inside, outside), (Ok(()), ELSEWHERE));
    assert_eq!(bench.ledger.calls(), 1);
}

#[tokio::test]
async fn token_of_some_audiences_is_accepted_by_them_alone() {
    let other = || refused(InvalidToken::OtherAudience);
    let plain = VerifyContext::default;
    for (meant_for, service, context, expected) in [
        ("invoices", Some("invoices"), plain(), Ok(())),
        ("invoices payments", Some("payments"), plain(), Ok(())),
        ("invoices", Some("payments"), plain(), other()),
        ("invoices", Some("Invoices"), plain(), other()),
        ("invoices", Some("invoice"), plain(), other()),
        ("https://a.example", Some("https://a.example/"), plain(), other()),
        ("invoices", None, plain(), other()),
        ("", Some("invoices"), plain(), other()),
        ("", None, plain(), other()),
        ("invoices", None, to("invoices"), Ok(())),
        ("invoices", None, to("payments"), other()),
        ("invoices", Some("payments"), to("invoices"), Ok(())),
        ("invoices", Some("invoices"), to("payments"), other()),
    ] {
        let bench = Bench::speaking_for(service, record(1).with_audiences(audiences(meant_for)));
        for state in ["miss", "hit"] {
            assert_eq!(bench.verify(&context).await, expected, "{meant_for:?} {service:?} {context:?} {state}");
        }
    }
}

#[tokio::test]
async fn audience_is_held_against_each_request_also_of_a_remembered_token() {
    let bench = Bench::speaking_for(Some("invoices"), record(1).with_audiences(audiences("invoices")));
    for _ in 0..2 {
        assert_eq!(bench.verify_plainly().await, Ok(()));
        assert_eq!(bench.verify(&to("payments")).await, refused(InvalidToken::OtherAudience));
    }
    assert_eq!(bench.ledger.calls(), 1);
}

#[tokio::test]
async fn status_is_told_before_the_audience_and_that_before_the_network() {
    let nowhere = record(1).with_networks(NetworkSet::default());
    let for_none = nowhere.clone().with_audiences(AudienceSet::default());
    assert_eq!(Bench::new(nowhere).verify_plainly().await, ELSEWHERE);
    assert_eq!(Bench::new(for_none.clone()).verify_plainly().await, refused(InvalidToken::OtherAudience));
    let expired = for_none.with_expiry(noon());
    assert_eq!(Bench::new(expired).verify_plainly().await, refused(InvalidToken::Expired));
}

/// The layer takes the context from the extensions of each request.
#[tokio::test]
async fn layer_holds_the_context_of_each_request_against_the_record() {
    let restricted = record(1).with_networks(networks("192.0.2.0/24")).with_audiences(audiences("invoices"));
    let bench = Bench::new(restricted);
    let layer = || PatAuthLayer::new(bench.verifier.clone()).with_client_addr(SocketPeer);
    for _ in 0..2 {
        for (peer, layer, expected) in [
            (Some([192, 0, 2, 1]), layer().with_audience(audience("invoices")), StatusCode::OK),
            (Some([192, 0, 3, 1]), layer().with_audience(audience("invoices")), StatusCode::FORBIDDEN),
            (None, layer().with_audience(audience("invoices")), StatusCode::FORBIDDEN),
            (Some([192, 0, 2, 1]), layer().with_audience(audience("payments")), StatusCode::UNAUTHORIZED),
            (Some([192, 0, 2, 1]), layer(), StatusCode::UNAUTHORIZED),
        ] {
            let app: Router = Router::new().route("/", get(async || "in")).layer(layer);
            let mut request = with_token("/", &bench.token);
            if let Some(peer) = peer {
                request.extensions_mut().insert(SocketAddr::from((peer, 1)));
            }
            assert_eq!(send(app, request).await.status(), expected, "{peer:?}");
        }
    }
    assert_eq!(bench.ledger.calls(), 1);
}
