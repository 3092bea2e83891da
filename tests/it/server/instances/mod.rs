//! Three instances on one PostgreSQL: when the others honour a revocation that one of them has made.

mod load;
mod proxy;

use std::collections::VecDeque;
use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::thread::sleep;
use std::time::Duration;

use load::{Board, Load, Target};
use proxy::{Proxy, Weather};
use tower_pat::store::PostgresStore;

use super::process::Server;
use crate::support::postgres::Server as Postgres;

/// `max_staleness`: past it no request may be accepted.
const BOUND: Duration = Duration::from_secs(5);
/// How long an outage lasts.
const OUTAGE: Duration = Duration::from_millis(6_500);
/// Between two revocations in bad weather.
const PACE: Duration = Duration::from_millis(60);
const PAUSE: Duration = Duration::from_millis(1);
/// What does not come about within this will not come about.
const LONG: Duration = Duration::from_secs(20);

/// So many tokens are revoked in fair weather, a tenth of it, and 20 at least, in each of the others.
fn revocations() -> usize {
    std::env::var("PAT_INSTANCE_REVOCATIONS").map_or(60, |count| count.parse().unwrap())
}

/// One instance that revokes, and two behind proxies that are called all the time.
struct Site {
    one: Server,
    others: [Server; 2],
    proxies: [Proxy; 2],
    postgres: Arc<Postgres>,
    cookies: Vec<String>,
    load: Load,
    /// When the revocation of each target has returned.
    revoked: Vec<Option<Duration>>,
}

impl Site {
    async fn new(count: usize) -> Self {
        let postgres = Arc::new(Postgres::start());
        let database = postgres.database().await;
        PostgresStore::connect(&database.url()).await.unwrap().close().await;
        let direct = database.url();
        let port = |proxy: &Proxy| format!("127.0.0.1:{}", proxy.addr.port());
        let proxies = [Proxy::before(postgres.port()).await, Proxy::before(postgres.port()).await];
        let [second, third] = [0, 1]
            .map(|number: usize| direct.replace(&format!("127.0.0.1:{}", postgres.port()), &port(&proxies[number])));
        let one = Server::start_at(&direct);
        let others = [Server::start_at(&second), Server::start_at(&third)];
        let cookies: Vec<_> = (0..20).map(|user| one.log_in(&format!("user-{user}"))).collect();
        let make = |number: usize| {
            let body = r#"{"name": "n", "scopes": ["invoices:read"], "expires_in_days": 30}"#;
            let created = one.create(&cookies[number % cookies.len()], body);
            assert_eq!(created.status, 201, "{created:?}");
            let text = |name: &str| created.json()[name].as_str().unwrap().to_owned();
            Target::new(&text("id"), &text("token"))
        };
        let targets: Vec<_> = (0..count).map(make).collect();
        let good = vec![one.demo_token.clone().unwrap()];
        let load = Load::begin(others.each_ref().map(|other| other.addr), good, targets);
        Self { one, others, proxies, postgres, cookies, load, revoked: vec![None; count] }
    }

    fn board(&self) -> &Board {
        &self.load.board
    }

    /// From now on these are called again and again, revoked or not. They are all remembered before the first is revoked.
    fn watch(&self, targets: &Range<usize>) {
        *self.board().watched.lock().unwrap() = targets.clone();
        self.until("passage of all", |board| {
            board.targets[targets.clone()].iter().all(|target| target.last_accepted().iter().all(|at| !at.is_zero()))
        });
    }

    /// Revokes a target. In an outage it may not be known whether it was revoked.
    fn revoke(&mut self, number: usize) {
        let board = &self.load.board;
        board.current.store(number, Ordering::SeqCst);
        let target = &board.targets[number];
        sleep(PAUSE * 10);
        target.is_asked_for.store(true, Ordering::SeqCst);
        let cookie = &self.cookies[number % self.cookies.len()];
        let response = self.one.call_signed_in(cookie, "DELETE", &format!("/api/tokens/{}", target.id), "");
        if response.status == 204 {
            self.revoked[number] = Some(board.now());
        }
    }

    fn until(&self, what: &str, is_so: impl Fn(&Board) -> bool) {
        let end = self.board().now() + LONG;
        while !is_so(self.board()) {
            assert!(self.board().now() < end, "{what} does not come about");
            sleep(PAUSE);
        }
    }

    fn until_refused(&self, targets: Range<usize>) {
        for number in targets {
            self.board().current.store(number, Ordering::SeqCst);
            self.until("refusal", |board| board.targets[number].is_refused_by_all());
        }
    }

    /// Both instances accept a good token.
    fn until_fair(&self) {
        for instance in 0..2 {
            let before = self.board().accepted[instance].load(Ordering::SeqCst);
            self.until("passage", |board| board.accepted[instance].load(Ordering::SeqCst) > before + 10);
        }
    }

    /// Each is refused by all before the next one is revoked.
    fn revoke_in_fair_weather(&mut self, targets: Range<usize>) {
        self.watch(&targets);
        for number in targets {
            self.revoke(number);
            assert!(self.revoked[number].is_some(), "the weather is fair");
            self.until("refusal", |board| board.targets[number].is_refused_by_all());
        }
    }

    /// The connections of the others are in bad weather: one has them cut, nothing arrives on those of the other.
    fn revoke_while_cut(&mut self, targets: Range<usize>, weathers: [Weather; 2]) {
        self.watch(&targets);
        let (before, after) = (targets.start, targets.len() / 4 + targets.start);
        for number in before..after {
            self.revoke(number);
            sleep(PACE);
        }
        for (proxy, weather) in self.proxies.iter().zip(weathers) {
            proxy.set(weather);
        }
        let end = self.board().now() + OUTAGE;
        for number in after..targets.end {
            self.revoke(number);
            sleep(PACE);
        }
        sleep(end.saturating_sub(self.board().now()));
        self.proxies.iter().for_each(|proxy| proxy.set(Weather::Fair));
        self.until_fair();
        self.until_refused(targets);
    }

    /// The database is halted while tokens are revoked.
    fn revoke_while_halted(&mut self, targets: Range<usize>) {
        self.watch(&targets);
        let postgres = Arc::clone(&self.postgres);
        let halting = std::thread::spawn(move || {
            sleep(PACE * 10);
            postgres.freeze();
            sleep(OUTAGE);
            postgres.thaw();
        });
        let mut failed = VecDeque::new();
        for number in targets.clone() {
            self.revoke(number);
            if self.revoked[number].is_none() {
                failed.push_back(number);
            }
        }
        halting.join().unwrap();
        self.until_fair();
        while let Some(number) = failed.pop_front() {
            self.revoke(number);
            if self.revoked[number].is_none() {
                failed.push_back(number);
            }
        }
        self.until_refused(targets);
    }

    /// From the return of each revocation to the start of the last request that another instance has accepted.
    fn delays(&self, targets: Range<usize>) -> Vec<Duration> {
        let delays = targets.flat_map(|number| {
            let revoked = self.revoked[number].unwrap();
            self.board().targets[number].last_accepted().map(|accepted| accepted.saturating_sub(revoked))
        });
        let mut delays: Vec<_> = delays.collect();
        delays.sort_unstable();
        delays
    }

    fn report(&self, what: &str, targets: Range<usize>) -> Duration {
        let (count, delays) = (targets.len(), self.delays(targets));
        let at = |percent: usize| delays[(delays.len() - 1) * percent / 100];
        let board = self.board();
        let calls =
            [&board.accepted, &board.unavailable].map(|calls| calls.each_ref().map(|c| c.load(Ordering::SeqCst)));
        let (p50, p99, max) = (at(50), at(99), at(100));
        println!(
            "{:.1?} {what}: {count} revocations on two others: p50 {p50:?}, p99 {p99:?}, max {max:?}; \
             good tokens so far: accepted {:?}, unavailable {:?}",
            board.now(),
            calls[0],
            calls[1]
        );
        max
    }
}

/// No request that is sent past the bound is accepted, whatever the weather, and no good token is ever refused.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn revocation_on_one_instance_is_honoured_by_the_others_within_the_bound() {
    let (fair, bad) = (revocations(), (revocations() / 10).max(20));
    let mut site = Site::new(fair + 3 * bad).await;
    site.until_fair();
    let [cut, swapped, halted] = [0, 1, 2].map(|number| fair + number * bad..fair + (number + 1) * bad);
    let is_long = fair > 60;
    site.revoke_in_fair_weather(0..fair);
    let mut longest = vec![site.report("fair", 0..fair)];
    site.revoke_while_cut(cut.clone(), [Weather::Cut, Weather::Silent]);
    longest.push(site.report("one cut, one silent", cut));
    if is_long {
        site.revoke_while_cut(swapped.clone(), [Weather::Silent, Weather::Cut]);
        longest.push(site.report("one silent, one cut", swapped));
    }
    site.revoke_while_halted(halted.clone());
    longest.push(site.report("database halted", halted));
    let Site { one, others, load, revoked, .. } = site;
    let board = load.end();
    let wrongs = board.wrongs.lock().unwrap();
    assert!(wrongs.is_empty(), "{} times: {:?}", wrongs.len(), wrongs.first());
    assert!(longest.iter().all(|longest| *longest < BOUND), "a token was accepted past the bound: {longest:?}");
    // Also by the requests that came after the report.
    for (target, revoked) in board.targets.iter().zip(revoked) {
        let Some(revoked) = revoked else { continue };
        assert!(target.last_accepted().iter().all(|accepted| *accepted < revoked + BOUND), "{target:?}");
    }
    for server in others.into_iter().chain([one]) {
        assert!(server.stop("TERM").success());
    }
}
