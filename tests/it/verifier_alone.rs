//! The verifier where no layer stands: the messages of a WebSocket, the jobs of a queue, a stream that is only sent.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::State;
use axum::extract::ws::{CloseFrame, Message, WebSocket, WebSocketUpgrade, close_code};
use axum::routing::get;
use futures_util::{SinkExt, StreamExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tokio_tungstenite::tungstenite;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};
use tower_pat::denial::{Denial, InvalidToken};
use tower_pat::manager::{CreatedPat, NewPat};
use tower_pat::record::TokenName;
use tower_pat::requirement::Requirement;
use tower_pat::store::MemoryStore;
use tower_pat::testing::ManualClock;
use tower_pat::token::PatToken;
use tower_pat::verifier::VerifyContext;
use tower_pat::{PatManager, PatVerifier, Scope};

use crate::support::{Ledger, Mood, format, leak, noon, owner, record, scopes, token};

const HOUR: Duration = Duration::from_hours(1);

/// A manager and a verifier over one store, at noon.
struct Service {
    clock: Arc<ManualClock>,
    manager: PatManager,
    verifier: PatVerifier,
}

impl Service {
    fn new() -> Self {
        let (clock, store) = (ManualClock::new(noon()), Arc::new(MemoryStore::new()));
        let manager = PatManager::new(format(), store.clone(), scopes("invoices:read jobs:run").into());
        let manager = manager.with_clock(clock.clone());
        let verifier = PatVerifier::builder(format(), store).with_clock(clock.clone()).build();
        Self { clock, manager, verifier }
    }

    /// A token of alice, good for an hour.
    async fn create(&self, granted: &str) -> CreatedPat {
        let wanted = NewPat::new(TokenName::parse("robot").unwrap()).with_scopes(scopes(granted)).with_lifetime(HOUR);
        let created = self.manager.create(&owner("alice"), wanted).await.unwrap();
        leak::keep(created.token());
        created
    }

    async fn revoke(&self, created: &CreatedPat) {
        self.manager.revoke(&owner("alice"), created.record().id()).await.unwrap();
    }
}

/// The first message is the token. It is checked again for each message that follows.
async fn converse(mut socket: WebSocket, verifier: PatVerifier) {
    let Some(Ok(Message::Text(token))) = socket.recv().await else { return };
    let mut said = "hello".into();
    let denial = loop {
        let caller = match verifier.verify(token.as_str(), &VerifyContext::default()).await {
            Ok(caller) => caller,
            Err(denial) => break denial,
        };
        let answer = format!("{} said {said}", caller.owner());
        if socket.send(Message::text(answer)).await.is_err() {
            return;
        }
        let Some(Ok(Message::Text(text))) = socket.recv().await else { return };
        said = text;
    };
    let code = if denial == Denial::Unavailable { close_code::AGAIN } else { close_code::POLICY };
    let frame = CloseFrame { code, reason: denial.to_string().into() };
    let _ = socket.send(Message::Close(Some(frame))).await;
}

async fn listen(verifier: PatVerifier) -> SocketAddr {
    let upgrade = |State(verifier): State<PatVerifier>, upgrade: WebSocketUpgrade| async move {
        upgrade.on_upgrade(|socket| converse(socket, verifier))
    };
    let app = Router::new().route("/socket", get(upgrade)).with_state(verifier);
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let addr = listener.local_addr().unwrap();
    tokio::spawn(axum::serve(listener, app).into_future());
    addr
}

struct Client(WebSocketStream<MaybeTlsStream<TcpStream>>);

impl Client {
    async fn connect(addr: SocketAddr) -> Self {
        Self(connect_async(format!("ws://{addr}/socket")).await.unwrap().0)
    }

    /// The answer, or how the server closed.
    async fn say(&mut self, text: &str) -> String {
        self.0.send(tungstenite::Message::text(text)).await.unwrap();
        match self.0.next().await.unwrap().unwrap() {
            tungstenite::Message::Text(answer) => answer.as_str().to_owned(),
            tungstenite::Message::Close(Some(frame)) => format!("{} {}", u16::from(frame.code), frame.reason),
            other => panic!("neither: {other:?}"),
        }
    }
}

#[tokio::test]
async fn socket_is_open_to_whoever_sends_a_good_token_first() {
    let service = Service::new();
    let (addr, created) = (listen(service.verifier.clone()).await, service.create("invoices:read").await);

    let mut client = Client::connect(addr).await;
    assert_eq!(client.say(created.token().expose_secret()).await, "alice said hello");
    assert_eq!(client.say("more").await, "alice said more");
    for bad in ["", "hello", token().expose_secret(), "Bearer x"] {
        let answer = Client::connect(addr).await.say(bad).await;
        assert_eq!(answer, "1008 The access token is not valid.", "{bad}");
    }
}

#[tokio::test]
async fn open_socket_ends_with_the_message_after_the_revocation() {
    let service = Service::new();
    let (addr, created) = (listen(service.verifier.clone()).await, service.create("invoices:read").await);
    let mut client = Client::connect(addr).await;
    client.say(created.token().expose_secret()).await;
    assert_eq!(client.say("before").await, "alice said before");

    service.revoke(&created).await;
    assert_eq!(client.say("after").await, "1008 The access token has been revoked.");
}

#[tokio::test]
async fn open_socket_ends_with_the_message_after_the_expiry() {
    let service = Service::new();
    let (addr, created) = (listen(service.verifier.clone()).await, service.create("invoices:read").await);
    let mut client = Client::connect(addr).await;
    client.say(created.token().expose_secret()).await;
    service.clock.advance(HOUR);
    assert_eq!(client.say("late").await, "1008 The access token has expired.");
}

#[tokio::test]
async fn outage_asks_the_client_to_come_again() {
    let ledger = Ledger::new();
    ledger.set_mood(Mood::Fails);
    let addr = listen(PatVerifier::new(format(), ledger)).await;
    let answer = Client::connect(addr).await.say(token().expose_secret()).await;
    assert_eq!(answer, "1013 The access token cannot be checked at the moment.");
}

struct Job {
    token: PatToken,
    name: &'static str,
}

/// What became of a job.
#[derive(Debug, PartialEq)]
enum Outcome {
    Done(String),
    Refused(Denial),
    /// Nothing is known of its token, so it stays in the queue.
    PutBack,
}

async fn work(verifier: &PatVerifier, job: &Job) -> Outcome {
    let required = Requirement::scope(Scope::from_static("jobs:run"));
    match verifier.verify(job.token.expose_secret(), &VerifyContext::default()).await {
        Ok(caller) if caller.allows(&required, None) => Outcome::Done(format!("{} for {}", job.name, caller.owner())),
        Ok(caller) => {
            let lacking = tower_pat::denial::InsufficientScope::new(required, caller.scopes().clone());
            Outcome::Refused(lacking.into())
        }
        Err(Denial::Unavailable) => Outcome::PutBack,
        Err(denial) => Outcome::Refused(denial),
    }
}

fn copy(token: &PatToken) -> PatToken {
    format().parse(token.expose_secret()).unwrap()
}

#[tokio::test]
async fn token_of_a_job_is_judged_when_the_job_is_done() {
    let service = Service::new();
    let (good, revoked, narrow) =
        (service.create("jobs:run").await, service.create("jobs:run").await, service.create("invoices:read").await);
    let (queue, mut jobs) = mpsc::channel(10);
    for (name, created) in [("backup", &good), ("report", &revoked), ("export", &narrow), ("cleanup", &good)] {
        queue.send(Job { token: copy(created.token()), name }).await.unwrap();
    }
    service.revoke(&revoked).await;
    drop(queue);

    let mut outcomes = Vec::new();
    while let Some(job) = jobs.recv().await {
        outcomes.push(work(&service.verifier, &job).await);
    }
    let [Outcome::Done(backup), Outcome::Refused(report), Outcome::Refused(export), Outcome::Done(cleanup)] =
        &outcomes[..]
    else {
        panic!("{outcomes:?}");
    };
    assert_eq!((backup.as_str(), cleanup.as_str()), ("backup for alice", "cleanup for alice"));
    assert_eq!(report, &Denial::InvalidToken(InvalidToken::Revoked));
    assert!(matches!(export, Denial::InsufficientScope(_)));
}

#[tokio::test]
async fn job_stays_in_the_queue_while_its_token_cannot_be_checked() {
    let (ledger, token) = (Ledger::new(), token());
    ledger.write(&token, record(1).with_scopes(scopes("jobs:run")));
    let verifier = PatVerifier::new(format(), ledger.clone());
    let job = Job { token, name: "backup" };

    ledger.set_mood(Mood::Fails);
    assert_eq!(work(&verifier, &job).await, Outcome::PutBack);
    ledger.set_mood(Mood::Answers);
    assert_eq!(work(&verifier, &job).await, Outcome::Done("backup for alice".to_owned()));
}

/// Passes news on while the token is good, and looks at it by a timer where there are none.
async fn push(
    verifier: PatVerifier,
    token: PatToken,
    mut news: mpsc::Receiver<&'static str>,
    out: mpsc::Sender<&'static str>,
) -> Denial {
    let mut timer = tokio::time::interval(Duration::from_secs(30));
    loop {
        let item = tokio::select! {
            Some(item) = news.recv() => Some(item),
            _ = timer.tick() => None,
        };
        if let Err(denial) = verifier.verify(token.expose_secret(), &VerifyContext::default()).await {
            return denial;
        }
        if let Some(item) = item {
            out.send(item).await.unwrap();
        }
    }
}

/// A connection over which one item has gone.
struct Line {
    service: Service,
    created: CreatedPat,
    tell: mpsc::Sender<&'static str>,
    received: mpsc::Receiver<&'static str>,
    pushing: JoinHandle<Denial>,
}

impl Line {
    async fn open() -> Self {
        let service = Service::new();
        let created = service.create("invoices:read").await;
        let ((tell, news), (out, mut received)) = (mpsc::channel(1), mpsc::channel(1));
        let pushing = tokio::spawn(push(service.verifier.clone(), copy(created.token()), news, out));
        tell.send("before").await.unwrap();
        assert_eq!(received.recv().await, Some("before"));
        Self { service, created, tell, received, pushing }
    }

    async fn revoke(&self) {
        self.service.revoke(&self.created).await;
    }
}

#[tokio::test(start_paused = true)]
async fn nothing_more_is_sent_after_the_revocation() {
    let mut line = Line::open().await;
    line.revoke().await;
    line.tell.send("after").await.unwrap();
    assert_eq!(line.received.recv().await, None);
    assert_eq!(line.pushing.await.unwrap(), Denial::InvalidToken(InvalidToken::Revoked));
}

#[tokio::test(start_paused = true)]
async fn silent_connection_ends_by_the_timer() {
    let line = Line::open().await;
    line.revoke().await;
    assert_eq!(line.pushing.await.unwrap(), Denial::InvalidToken(InvalidToken::Revoked));
    assert!(line.tell.is_closed());
}
