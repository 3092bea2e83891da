//! Random operations against a simple model: what the manager lets happen, what a verifier does, what a list shows.

use std::fmt::Debug;
use std::sync::Arc;
use std::time::Duration;

use proptest::collection::vec;
use proptest::prelude::*;
use tower_pat::PatStore;
use tower_pat::clock::Clock;
use tower_pat::denial::InvalidToken;
use tower_pat::manager::{CreatedPat, Edit, ManageError, Rotation};
use tower_pat::policy::{Lifetime, Policy};
use tower_pat::record::PatStatus;
use tower_pat::store::{MemoryStore, PatQuery, Selection};

use super::bench::{Bench, HOUR, alice, id, kept, root, wanted};
use crate::sqlite::Place;
use crate::support::{noon, owner};

const MAX_TOKENS: usize = 4;

#[derive(Debug, Clone)]
enum Step {
    Create { hours: u32 },
    Pause(usize),
    Resume(usize),
    Prolong { token: usize, hours: u32 },
    Rotate { token: usize, grace: u32 },
    Revoke(usize),
    RevokeAll,
    RevokeFamily(usize),
    Disable,
    Enable,
    Wait { hours: u32 },
}

fn any_step() -> impl Strategy<Value = Step> {
    let token = || 0_usize..8;
    prop_oneof![
        4 => (1_u32..20).prop_map(|hours| Step::Create { hours }),
        2 => token().prop_map(Step::Pause),
        2 => token().prop_map(Step::Resume),
        2 => (token(), 0_u32..20).prop_map(|(token, hours)| Step::Prolong { token, hours }),
        4 => (token(), 0_u32..6).prop_map(|(token, grace)| Step::Rotate { token, grace }),
        2 => token().prop_map(Step::Revoke),
        1 => Just(Step::RevokeAll),
        1 => token().prop_map(Step::RevokeFamily),
        1 => Just(Step::Disable),
        2 => Just(Step::Enable),
        4 => (1_u32..6).prop_map(|hours| Step::Wait { hours }),
    ]
}

/// What a token is thought to be, in hours from noon.
#[derive(Debug, Clone)]
struct Expected {
    family: usize,
    lives: u32,
    created: u32,
    expires: u32,
    replaced: bool,
    retires: Option<u32>,
    paused: bool,
    revoked: bool,
}

impl Expected {
    fn stands(&self, now: u32) -> bool {
        !self.revoked && !self.replaced && now < self.expires
    }

    fn status(&self, now: u32, disabled: bool) -> PatStatus {
        match self {
            Self { revoked: true, .. } => PatStatus::Revoked,
            Self { replaced: true, retires, .. } if retires.is_none_or(|end| now >= end) => PatStatus::Rotated,
            _ if disabled => PatStatus::OwnerDisabled,
            Self { paused: true, .. } => PatStatus::Paused,
            Self { expires, .. } if now >= *expires => PatStatus::Expired,
            _ => PatStatus::Active,
        }
    }
}

/// The model, and the tokens beside it.
#[derive(Default)]
struct World {
    now: u32,
    disabled: bool,
    expected: Vec<Expected>,
    tokens: Vec<CreatedPat>,
}

impl World {
    async fn take(&mut self, bench: &Bench, step: &Step) {
        match step {
            Step::Create { hours } => self.create(bench, *hours).await,
            Step::Wait { hours } => {
                bench.clock.advance(hour(*hours));
                self.now += hours;
            }
            Step::Disable => self.set_disabled(bench, true).await,
            Step::Enable => self.set_disabled(bench, false).await,
            Step::RevokeAll => self.revoke_where(bench, Selection::all(), |_| true).await,
            Step::Pause(token) | Step::Resume(token) | Step::Prolong { token, .. } => {
                self.edit(bench, step, *token).await;
            }
            Step::Rotate { token, grace } => self.rotate(bench, *token, *grace).await,
            Step::Revoke(token) => self.revoke(bench, *token).await,
            Step::RevokeFamily(token) => {
                let Some(family) = self.expected.get(*token).map(|expected| expected.family) else { return };
                let selection = Selection::all().with_family(self.tokens[*token].record().family());
                self.revoke_where(bench, selection, |expected| expected.family == family).await;
            }
        }
    }

    async fn create(&mut self, bench: &Bench, hours: u32) {
        let standing = self.expected.iter().filter(|expected| expected.stands(self.now)).count();
        let outcome = bench.manager.create(alice(), wanted("n").with_lifetime(hour(hours))).await;
        let Some(created) = agreed(outcome, standing < MAX_TOKENS, "create") else { return };
        let (family, now) = (self.expected.len(), self.now);
        let expected = Expected {
            family,
            lives: hours,
            created: now,
            expires: now + hours,
            replaced: false,
            retires: None,
            paused: false,
            revoked: false,
        };
        self.add(created, expected);
    }

    fn add(&mut self, created: CreatedPat, expected: Expected) {
        self.tokens.push(kept(created));
        self.expected.push(expected);
    }

    async fn edit(&mut self, bench: &Bench, step: &Step, token: usize) {
        let Some(expected) = self.expected.get_mut(token) else { return };
        let (now, stands) = (self.now, expected.stands(self.now));
        let mut after = expected.clone();
        let (edit, may) = if let Step::Prolong { hours, .. } = step {
            after.expires = now + hours;
            after.lives = after.expires - after.created;
            (Edit::default().with_lifetime(Lifetime::For(hour(*hours))), *hours > 0)
        } else {
            after.paused = matches!(step, Step::Pause(_));
            (Edit::default().with_pause(after.paused), true)
        };
        let outcome = bench.manager.edit(alice(), id(&self.tokens[token]), edit).await;
        if agreed(outcome, stands && may, "edit").is_some() {
            *expected = after;
        }
    }

    async fn rotate(&mut self, bench: &Bench, token: usize, grace: u32) {
        let Some(expected) = self.expected.get(token) else { return };
        let is_in_grace = |other: &Expected| {
            let retires = other.retires.is_some_and(|end| end > self.now);
            other.family == expected.family && retires && !other.revoked
        };
        let may = grace == 0 || !self.expected.iter().any(is_in_grace);
        let expected = &mut self.expected[token];
        let rotation = Rotation::default().with_grace(hour(grace));
        let outcome = bench.manager.rotate(alice(), id(&self.tokens[token]), rotation).await;
        let Some(created) = agreed(outcome, expected.stands(self.now) && may, "rotate") else { return };
        let successor = Expected { created: self.now, expires: self.now + expected.lives, ..expected.clone() };
        expected.replaced = true;
        expected.retires = (grace > 0).then(|| expected.expires.min(self.now + grace));
        self.add(created, successor);
    }

    async fn revoke(&mut self, bench: &Bench, token: usize) {
        let Some(expected) = self.expected.get_mut(token) else { return };
        bench.manager.revoke(alice(), id(&self.tokens[token])).await.unwrap();
        expected.revoked = true;
    }

    async fn revoke_where(&mut self, bench: &Bench, selection: Selection, which: impl Fn(&Expected) -> bool) {
        let revoked = bench.manager.revoke_all(alice(), selection, None).await.unwrap();
        let mut count = 0;
        for expected in self.expected.iter_mut().filter(|expected| !expected.revoked && which(expected)) {
            expected.revoked = true;
            count += 1;
        }
        assert_eq!(revoked, count);
    }

    async fn set_disabled(&mut self, bench: &Bench, disabled: bool) {
        let manager = &bench.manager;
        let outcome = if disabled {
            manager.disable_owner(root(), &owner("alice")).await
        } else {
            manager.enable_owner(root(), &owner("alice")).await
        };
        outcome.unwrap();
        self.disabled = disabled;
    }

    /// Whether all agree: the records, the verifier that remembers, and the lists by state.
    async fn check(&self, bench: &Bench) {
        let now = bench.clock.now().wall();
        for (expected, created) in self.expected.iter().zip(&self.tokens) {
            let status = expected.status(self.now, self.disabled);
            let stored = bench.manager.get(alice(), id(created)).await.unwrap();
            assert_eq!(stored.record().status_at(now), status, "{expected:?}");
            let refusal = bench.refusal(created).await;
            // That an owner is disabled or enabled is not announced for what has expired: then a verifier may for a while
            // still tell the other reason.
            let is_expired = self.now >= expected.expires && status != PatStatus::Revoked;
            assert!(refusal == reason(status) || is_expired && refusal.is_some(), "{refusal:?} for {expected:?}");
        }
        for status in [PatStatus::Active, PatStatus::Rotated, PatStatus::Revoked, PatStatus::Paused] {
            let listed =
                bench.manager.list(alice(), &PatQuery::default().with_states([status], now).with_size(100)).await;
            let expected = self.expected.iter().filter(|expected| expected.status(self.now, self.disabled) == status);
            assert_eq!(listed.unwrap().items().len(), expected.count(), "{status:?}");
        }
    }
}

/// What was made, if it was to be made; nothing else may happen.
fn agreed<T: Debug>(outcome: Result<T, ManageError>, may: bool, what: &str) -> Option<T> {
    assert_eq!(outcome.is_ok(), may, "{what}: {outcome:?}");
    outcome.ok()
}

fn hour(count: u32) -> Duration {
    HOUR * count
}

fn reason(status: PatStatus) -> Option<InvalidToken> {
    match status {
        PatStatus::Expired => Some(InvalidToken::Expired),
        PatStatus::Paused => Some(InvalidToken::Paused),
        PatStatus::OwnerDisabled => Some(InvalidToken::OwnerDisabled),
        PatStatus::Rotated => Some(InvalidToken::Rotated),
        PatStatus::Revoked => Some(InvalidToken::Revoked),
        _ => None,
    }
}

async fn live(store: Arc<dyn PatStore>, steps: &[Step]) {
    let policy = Policy::default().with_max_tokens(u32::try_from(MAX_TOKENS).unwrap()).with_max_grace(10 * HOUR);
    let (bench, mut world) = (Bench::over(store, policy), World::default());
    assert_eq!(bench.clock.now().wall(), noon());
    for step in steps {
        world.take(&bench, step).await;
        world.check(&bench).await;
    }
}

fn run(lives: impl Future<Output = ()>) {
    tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap().block_on(lives);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_life_in_memory_is_that_of_the_model(steps in vec(any_step(), 1..30)) {
        run(async { live(Arc::new(MemoryStore::new()), &steps).await });
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    #[test]
    fn any_life_in_a_file_is_that_of_the_model(steps in vec(any_step(), 1..30)) {
        let place = Place::new();
        run(async { live(Arc::new(place.open().await), &steps).await });
    }
}

#[cfg(all(feature = "axum", feature = "postgres"))]
proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))]

    #[test]
    fn any_life_in_a_database_is_that_of_the_model(steps in vec(any_step(), 1..30)) {
        run(async { live(Arc::new(crate::postgres::Place::new().await.into_store()), &steps).await });
    }
}
