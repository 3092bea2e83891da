//! Who wants to know is told of tokens that are known, accepted or not, and of no others.

use std::net::IpAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures_util::FutureExt;
use jiff::SignedDuration;
use tower_pat::denial::{Denial, InvalidToken};
use tower_pat::observer::{Accepted, Denied, LaterUses, PatObserver};
use tower_pat::record::{NetworkSet, PatRecord, PatStatus, TokenId};
use tower_pat::token::PatToken;
use tower_pat::verifier::VerifyContext;
use uuid::Uuid;

use crate::support::{Bench, settle};
use crate::support::{Mood, leak, noon, record, token};

const SECOND: Duration = Duration::from_secs(1);
const ALLOWED: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(192, 0, 2, 7));
const FOREIGN: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(203, 0, 113, 7));

/// The address of a client, and what it calls itself.
type Client = (Option<IpAddr>, Option<String>);

/// Writes down what it is told.
#[derive(Debug, Default)]
struct Ear {
    accepted: Mutex<Vec<(TokenId, u64)>>,
    denied: Mutex<Vec<(TokenId, PatStatus, Denial)>>,
    clients: Mutex<Vec<Client>>,
    later: Mutex<Vec<LaterUses>>,
}

impl PatObserver for Ear {
    fn accepted(&self, accepted: &Accepted<'_>) {
        leak::silent("Accepted", accepted);
        leak::silent("LaterUses", &accepted.later());
        self.accepted.lock().unwrap().push((accepted.principal().token_id(), accepted.count()));
        self.note(accepted.client_addr(), accepted.user_agent());
        self.later.lock().unwrap().push(accepted.later());
    }

    fn denied(&self, denied: &Denied<'_>) {
        leak::silent("Denied", denied);
        let status = denied.record().status_at(denied.at().wall());
        self.denied.lock().unwrap().push((denied.record().id(), status, denied.denial().clone()));
        self.note(denied.client_addr(), denied.user_agent());
    }
}

impl Ear {
    fn note(&self, addr: Option<IpAddr>, agent: Option<&str>) {
        self.clients.lock().unwrap().push((addr, agent.map(str::to_owned)));
    }

    fn accepted(&self) -> Vec<(TokenId, u64)> {
        std::mem::take(&mut self.accepted.lock().unwrap())
    }

    fn denied(&self) -> Vec<(TokenId, PatStatus, Denial)> {
        std::mem::take(&mut self.denied.lock().unwrap())
    }
}

fn observed() -> (Bench, Arc<Ear>) {
    let ear = Arc::new(Ear::default());
    let heard = Arc::clone(&ear);
    (Bench::new(|builder| builder.with_observer(heard).with_serve_stale_for(SECOND * 600)), ear)
}

fn id(number: u128) -> TokenId {
    TokenId::from_uuid(Uuid::from_u128(number))
}

async fn verify(bench: &Bench, token: &PatToken, addr: IpAddr) -> Result<(), Denial> {
    let context = VerifyContext::default().with_client_addr(addr).with_user_agent("importer/2.1");
    bench.verifier.verify(token.expose_secret(), &context).await.map(drop)
}

#[tokio::test]
async fn first_use_is_told_and_one_a_minute_with_those_between() {
    let (bench, ear) = observed();
    let token = bench.good();
    for _ in 0..10 {
        assert_eq!(verify(&bench, &token, ALLOWED).await, Ok(()));
    }
    assert_eq!(ear.accepted(), [(id(1), 1)]);
    assert_eq!(ear.clients.lock().unwrap().pop(), Some((Some(ALLOWED), Some("importer/2.1".to_owned()))));
    // In the last second before the verdict is looked up anew.
    bench.clock.advance(SECOND * 59);
    assert_eq!(verify(&bench, &token, ALLOWED).await, Ok(()));
    assert_eq!(ear.accepted(), []);
    settle().await;
    assert_eq!(verify(&bench, &token, FOREIGN).await, Ok(()));
    assert_eq!(ear.accepted(), [(id(1), 1)], "it was loaded anew");
    let later = ear.later.lock().unwrap().remove(0).take().unwrap();
    assert_eq!((later.count(), later.last_at()), (10, noon() + SignedDuration::from_secs(59)));
}

#[tokio::test]
async fn later_uses_are_taken_once_and_after_the_finish_the_next_is_told() {
    let (bench, ear) = observed();
    let token = bench.good();
    for _ in 0..3 {
        assert_eq!(verify(&bench, &token, ALLOWED).await, Ok(()));
    }
    let later = ear.later.lock().unwrap().pop().unwrap();
    assert_eq!(later.token_id(), id(1));
    assert_eq!(later.take().map(|taken| taken.count()), Some(2));
    assert_eq!(later.take(), None);
    assert_eq!(verify(&bench, &token, ALLOWED).await, Ok(()));
    assert_eq!(later.finish().map(|taken| taken.count()), Some(1));
    assert_eq!(ear.accepted().len(), 1);
    assert_eq!(verify(&bench, &token, ALLOWED).await, Ok(()));
    assert_eq!(ear.accepted(), [(id(1), 1)]);
}

/// A token that was replaced, and is presented after its time: somebody else may have it.
#[tokio::test]
async fn known_token_that_is_not_accepted_is_told_each_time_with_its_record() {
    let over = |set: fn(PatRecord) -> PatRecord| set(record(7));
    for (record, status, reason) in [
        (over(|record| record.with_replacement(noon())), PatStatus::Rotated, InvalidToken::Rotated),
        (over(|record| record.with_revocation(noon())), PatStatus::Revoked, InvalidToken::Revoked),
        (over(|record| record.with_pause(noon())), PatStatus::Paused, InvalidToken::Paused),
        (over(|record| record.with_expiry(noon())), PatStatus::Expired, InvalidToken::Expired),
    ] {
        let (bench, ear) = observed();
        let token = token();
        bench.ledger.write(&token, record);
        for _ in 0..3 {
            assert!(verify(&bench, &token, FOREIGN).await.is_err());
        }
        let denied = (id(7), status, Denial::InvalidToken(reason));
        assert_eq!(ear.denied(), [denied.clone(), denied.clone(), denied]);
        assert_eq!(bench.ledger.calls(), 1, "remembered or not");
        assert_eq!(ear.accepted(), []);
        let client = (Some(FOREIGN), Some("importer/2.1".to_owned()));
        assert_eq!(*ear.clients.lock().unwrap(), [client.clone(), client.clone(), client]);
    }
}

#[tokio::test]
async fn token_that_is_not_for_here_is_told_and_still_counts_where_it_is() {
    let (bench, ear) = observed();
    let (here, elsewhere) = (token(), token());
    bench.ledger.write(&here, record(1).with_networks("192.0.2.0/24".parse::<NetworkSet>().unwrap()));
    bench.ledger.write(
        &elsewhere,
        record(2).with_audiences("https://other.example".parse::<tower_pat::record::AudienceSet>().unwrap()),
    );
    assert_eq!(verify(&bench, &here, ALLOWED).await, Ok(()));
    assert!(verify(&bench, &here, FOREIGN).await.is_err());
    assert!(verify(&bench, &elsewhere, ALLOWED).await.is_err());
    assert_eq!(ear.accepted(), [(id(1), 1)]);
    assert_eq!(
        ear.denied(),
        [
            (id(1), PatStatus::Active, Denial::NetworkNotAllowed),
            (id(2), PatStatus::Active, Denial::InvalidToken(InvalidToken::OtherAudience)),
        ]
    );
}

#[tokio::test]
async fn stranger_and_malformed_token_and_outage_are_not_told() {
    let (bench, ear) = observed();
    for _ in 0..2 {
        assert!(verify(&bench, &token(), ALLOWED).await.is_err());
    }
    assert!(bench.verifier.verify("acme_pat_hand-made", &VerifyContext::default()).await.is_err());
    bench.ledger.set_mood(Mood::Fails);
    assert_eq!(verify(&bench, &bench.good(), ALLOWED).await, Err(Denial::Unavailable));
    assert_eq!((ear.accepted(), ear.denied()), (vec![], vec![]));
}

#[tokio::test]
async fn what_is_served_in_an_outage_is_told() {
    let (bench, ear) = observed();
    let token = bench.good();
    assert_eq!(verify(&bench, &token, ALLOWED).await, Ok(()));
    bench.ledger.set_mood(Mood::Fails);
    bench.clock.advance(SECOND * 61);
    assert_eq!(verify(&bench, &token, ALLOWED).await, Ok(()));
    assert_eq!(bench.verifier.statistics().stale(), 1);
    assert_eq!(ear.accepted(), [(id(1), 1), (id(1), 1)]);
    assert_eq!(ear.clients.lock().unwrap().pop(), Some((Some(ALLOWED), Some("importer/2.1".to_owned()))));
}

#[tokio::test]
async fn all_who_wait_for_one_look_up_are_counted() {
    let (bench, ear) = observed();
    let token = bench.good();
    bench.ledger.hold();
    let mut waiting = Vec::new();
    for client in 0..10 {
        waiting.push(bench.begin_from([192, 0, 2, client], &token).await);
    }
    bench.ledger.release(1);
    for waiting in waiting {
        assert!(waiting.await.unwrap().is_ok());
    }
    assert_eq!(bench.ledger.calls(), 1);
    let told: u64 = ear.accepted().iter().map(|(_, count)| count).sum();
    let later = ear.later.lock().unwrap().pop().unwrap().take().map_or(0, |taken| taken.count());
    assert_eq!(told + later, 10);
}

/// Nobody is told, and nothing counted, by a verifier without an observer.
#[tokio::test]
async fn verifier_without_an_observer_forgets_nothing() {
    let bench = Bench::new(|builder| builder);
    let token = bench.good();
    for _ in 0..3 {
        assert!(bench.verify(&token).await.is_ok());
    }
    assert!(bench.verify(&token).now_or_never().is_some());
    assert_eq!(bench.verifier.statistics().uses_forgotten(), 0);
}

#[tokio::test]
async fn several_are_told_the_same() {
    let (one, other) = (Arc::new(Ear::default()), Arc::new(Ear::default()));
    let (first, second) = (Arc::clone(&one), Arc::clone(&other));
    let bench = Bench::new(|builder| builder.with_observer(first).with_observer(second));
    let token = bench.good();
    assert_eq!(verify(&bench, &token, ALLOWED).await, Ok(()));
    bench.ledger.write(&token, record(1).with_revocation(noon()));
    bench.clock.advance(SECOND * 61);
    assert!(verify(&bench, &token, ALLOWED).await.is_err());
    let denied = [(id(1), PatStatus::Revoked, Denial::InvalidToken(InvalidToken::Revoked))];
    for ear in [one, other] {
        assert_eq!((ear.accepted(), ear.denied()), (vec![(id(1), 1)], denied.to_vec()));
    }
}
