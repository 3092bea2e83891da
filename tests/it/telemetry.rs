//! What goes to the log: under which name, how loud, how often.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::routing::get;
use tower_pat::guard::RequireScopeLayer;
use tower_pat::record::NetworkSet;
use tower_pat::requirement::Requirement;
use tower_pat::resolver::first_of;
use tower_pat::resource::{ResourceSet, ResourceTemplate};
use tower_pat::testing::ManualClock;
use tower_pat::token::PatToken;
use tower_pat::verifier::VerifyContext;
use tower_pat::{PatAuthLayer, PatPrincipal, PatResolver, PatVerifier, Scope};
use tracing::field::Empty;
use tracing::subscriber::{DefaultGuard, NoSubscriber};
use tracing::{Dispatch, Instrument, Level};

use crate::support::{Entry, Journal, Ledger, Mood, format, noon, record, request, send, token, with_token};

struct Bench {
    verifier: PatVerifier,
    ledger: Arc<Ledger>,
    clock: Arc<ManualClock>,
    journal: Journal,
    _listening: (DefaultGuard, Dispatch),
}

impl Bench {
    /// A verifier, and whoever listens to all that this thread logs.
    fn new() -> Self {
        let (ledger, clock, journal) = (Ledger::new(), ManualClock::new(noon()), Journal::default());
        let verifier = PatVerifier::builder(format(), ledger.clone())
            .with_clock(clock.clone())
            .with_max_loads(100)
            .without_circuit()
            .build();
        Self { _listening: listening(&journal), verifier, ledger, clock, journal }
    }

    async fn verify(&self, token: &PatToken) {
        let _ = self.verifier.verify(token.expose_secret(), &VerifyContext::default()).await;
    }
}

pub(crate) fn listening(journal: &Journal) -> (DefaultGuard, Dispatch) {
    // With one subscriber alone, a thread without it that comes first would settle that nobody listens.
    let second = Dispatch::new(NoSubscriber::new());
    (tracing::subscriber::set_default(journal.subscriber()), second)
}

pub(crate) fn headlines(entries: &[Entry]) -> Vec<(&str, Level)> {
    entries.iter().map(|entry| (entry.name, entry.level)).collect()
}

/// A thousand requests meet each outage within a second, and one more after it.
#[tokio::test]
async fn failing_resolver_is_told_once_a_second_with_the_number_of_untold_failures() {
    let bench = Bench::new();
    bench.ledger.set_mood(Mood::Fails);
    for _ in 0..1_000 {
        bench.verify(&token()).await;
    }
    let told = bench.journal.take();
    assert_eq!(headlines(&told), [("pat.outage", Level::WARN)]);
    assert_eq!(
        told[0].fields,
        "message=the token resolver failed error=the token cannot be looked up: the ledger is closed suppressed=0"
    );

    bench.clock.advance(Duration::from_secs(1));
    bench.verify(&token()).await;
    let told = bench.journal.take();
    assert_eq!(headlines(&told), [("pat.outage", Level::WARN)]);
    assert!(told[0].fields.ends_with("suppressed=999"), "{}", told[0].fields);
}

/// One part of a chain is down, and somebody tries tokens that nobody knows.
#[tokio::test]
async fn failing_part_of_a_chain_is_told_once_a_second_too() {
    let bench = Bench::new();
    bench.ledger.set_mood(Mood::Fails);
    let chain = first_of([bench.ledger.clone() as Arc<dyn PatResolver>, Ledger::new()]);
    for _ in 0..100 {
        assert!(chain.resolve(&token().digest()).await.is_err());
    }
    let told = bench.journal.take();
    assert!(told.iter().all(|entry| (entry.name, entry.level) == ("pat.outage", Level::WARN)), "{told:#?}");
    // By the machine's clock: a slow one may be at it for more than a second.
    assert!((1..50).contains(&told.len()), "{told:#?}");
}

#[tokio::test(start_paused = true)]
async fn resolver_that_never_answers_is_told_once_a_second_too() {
    let bench = Bench::new();
    bench.ledger.set_mood(Mood::Hangs);
    let tokens: Vec<_> = (0..100).map(|_| token()).collect();
    futures_util::future::join_all(tokens.iter().map(|token| bench.verify(token))).await;
    let told = bench.journal.take();
    // The wait of a request and the look-up it waits for have the same deadline: either may come first.
    let messages = ["a request waited in vain for the token resolver", "the token resolver did not answer in time"];
    for message in messages {
        let of_this_kind = told.iter().filter(|entry| entry.fields.contains(message)).count();
        assert!(of_this_kind <= 1, "{told:#?}");
    }
    assert!(!told.is_empty() && told.iter().all(|entry| (entry.name, entry.level) == ("pat.outage", Level::WARN)));
}

#[tokio::test]
async fn client_causes_nothing_above_debug() {
    let bench = Bench::new();
    let (expired, revoked) = (token(), token());
    bench.ledger.write(&expired, record(1).with_expiry(noon()));
    bench.ledger.write(&revoked, record(2).with_revocation(noon()));
    let (elsewhere, good) = (token(), token());
    bench.ledger.write(&elsewhere, record(3).with_networks("192.0.2.0/24".parse::<NetworkSet>().unwrap()));
    bench.ledger.write(&good, record(4));
    let app: Router = Router::new()
        .route("/", get(|_: PatPrincipal| async {}))
        .route("/admin", get(|| async {}).layer(RequireScopeLayer::new(Scope::from_static("admin"))))
        .layer(PatAuthLayer::new(bench.verifier.clone()));
    for request in [
        request("/", &[]),
        request("/", &[b"Bearer"]),
        request("/", &[b"Bearer a", b"Bearer b"]),
        request("/", &[b"Bearer x"]),
        with_token("/", &token()),
        with_token("/", &expired),
        with_token("/", &revoked),
        with_token("/", &elsewhere),
        with_token("/admin", &good),
    ] {
        assert!(send(app.clone(), request).await.status().is_client_error());
    }
    let told = bench.journal.take();
    assert_eq!(told.iter().filter(|entry| entry.name == "pat.denied").count(), 9, "{told:#?}");
    assert!(told.iter().all(|entry| entry.level >= Level::DEBUG), "{told:#?}");
}

/// The span around the layer hears what the layer's own span says.
#[tokio::test]
async fn span_says_whose_token_it_was_and_what_became_of_it() {
    let bench = Bench::new();
    let token = token();
    bench.ledger.write(&token, record(7));
    let app: Router = Router::new()
        .route("/", get(|| async { tracing::info!(target: "tower_pat::test", "inside") }))
        .route("/denied", get(|| async {}).layer(RequireScopeLayer::new(Scope::from_static("admin"))))
        .layer(PatAuthLayer::new(bench.verifier.clone()).with_anonymous());
    let whose = "pat.token_id=00000000-0000-0000-0000-000000000007 pat.owner=alice";
    for (request, inner, outer) in [
        (
            with_token("/", &token),
            format!("{whose} pat.outcome=\"accepted\""),
            format!("{whose} pat.outcome=\"accepted\""),
        ),
        (
            with_token("/denied", &token),
            format!("{whose} pat.outcome=\"denied\""),
            format!("{whose} pat.outcome=\"denied\""),
        ),
        (request("/", &[]), "pat.outcome=\"anonymous\"".to_owned(), "pat.outcome=\"anonymous\"".to_owned()),
        (request("/", &[b"Bearer x"]), String::new(), "pat.outcome=\"denied\"".to_owned()),
    ] {
        let around = tracing::info_span!(
            target: "tower_pat::test",
            "around",
            pat.token_id = Empty,
            pat.owner = Empty,
            pat.outcome = Empty
        );
        send(app.clone(), request).instrument(around).await;
        assert_eq!((bench.journal.span("pat"), bench.journal.span("around")), (inner, outer));
    }
    let inside: Vec<_> = bench.journal.take().into_iter().filter(|entry| entry.fields == "message=inside").collect();
    assert_eq!(inside.iter().map(|entry| entry.span).collect::<Vec<_>>(), [Some("pat"), Some("pat")]);
}

/// In a process of its own, since the alarm is rung once in a process.
#[tokio::test]
async fn missing_layer_is_an_error_the_first_time_and_no_news_afterwards() {
    const ALONE: &str = "PAT_TEST_ALONE";
    if std::env::var_os(ALONE).is_none() {
        let name = "telemetry::missing_layer_is_an_error_the_first_time_and_no_news_afterwards";
        let mut alone = std::process::Command::new(std::env::current_exe().unwrap());
        let output = alone.args(["--exact", name]).env(ALONE, "").output().unwrap();
        let said = String::from_utf8_lossy(&output.stdout);
        assert!(output.status.success() && said.contains("1 passed"), "{said}");
        return;
    }
    let journal = Journal::default();
    let _listening = listening(&journal);
    let app: Router = Router::new().route("/", get(|_: PatPrincipal| async {}));
    for _ in 0..3 {
        send(app.clone(), request("/", &[])).await;
    }
    let alarm = "pat.misconfigured";
    assert_eq!(headlines(&journal.take()), [(alarm, Level::ERROR), (alarm, Level::DEBUG), (alarm, Level::DEBUG)]);
}

#[tokio::test]
async fn each_requirement_whose_parameter_the_route_lacks_is_an_error_the_first_time() {
    let journal = Journal::default();
    let _listening = listening(&journal);
    let guarded = |template| {
        let scope = Requirement::scope(Scope::from_static("invoices:read"));
        get(|| async {}).layer(RequireScopeLayer::new(scope.on(ResourceTemplate::from_static(template))))
    };
    let app: Router = Router::new().route("/{a}", guarded("told:{one}")).route("/b/{c}", guarded("told:{two}"));
    let mut told = Vec::new();
    for path in ["/secret", "/secret", "/b/secret", "/b/secret"] {
        let mut request = request(path, &[]);
        request.extensions_mut().insert(PatPrincipal::new(record(1)));
        assert_eq!(send(app.clone(), request).await.status(), http::StatusCode::INTERNAL_SERVER_ERROR);
        told.extend(journal.take().into_iter().filter(|entry| entry.name == "pat.misconfigured"));
    }
    let said: Vec<_> =
        told.iter().map(|entry| (entry.level, entry.fields.rsplit_once("requirement=").unwrap().1)).collect();
    let (one, two) = ("invoices:read on told:{one}", "invoices:read on told:{two}");
    assert_eq!(said, [(Level::ERROR, one), (Level::DEBUG, one), (Level::ERROR, two), (Level::DEBUG, two)]);
}

/// And nothing of the path, which anybody may write.
#[tokio::test]
async fn log_says_what_a_denied_token_is_limited_to() {
    let (bench, token) = (Bench::new(), token());
    let limits: ResourceSet = "told:{mine}/*".parse().unwrap();
    bench.ledger.write(&token, record(1).with_resources(limits));
    let scope = Requirement::scope(Scope::from_static("invoices:read"));
    let guard = RequireScopeLayer::new(scope.on(ResourceTemplate::from_static("told:{whose}/site")));
    let app: Router =
        Router::new().route("/{whose}", get(|| async {}).layer(guard)).layer(PatAuthLayer::new(bench.verifier.clone()));
    assert_eq!(send(app, with_token("/theirs", &token)).await.status(), http::StatusCode::FORBIDDEN);
    let told = bench.journal.take();
    let denied = told.iter().find(|entry| entry.name == "pat.denied").unwrap();
    assert!(denied.fields.contains("told:{mine}/*"), "{denied:?}");
    assert!(told.iter().filter(|entry| entry.name.starts_with("pat.")).all(|entry| !entry.fields.contains("theirs")));
}
