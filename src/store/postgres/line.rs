use std::future::poll_fn;
use std::mem;
use std::pin::pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::Poll;
use std::time::Duration;

use sqlx::postgres::{PgConnectOptions, PgListener, PgNotification, PgPoolOptions, PgRow};
use sqlx::{Acquire, Error, Executor, Row, SqlStr, raw_sql};
use tokio::sync::{mpsc, oneshot, watch};
use tokio::task::AbortHandle;
use tokio::time::error::Elapsed;
use tokio::time::timeout;

use super::connections::Connections;
use super::failure;
use super::names::Names;
use super::opening::settle;
use crate::store::error::{StoreError, StoreErrorKind};

/// How long it may take to connect.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(3);
/// How long an answer may take. A server that is silent for longer is connected to anew.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(2);
/// A connection on which nothing has come for so long is looked at.
const SILENCE: Duration = Duration::from_secs(10);
/// How long it is waited at first, and at most, before it is connected to anew when nobody asks for anything.
const PAUSES: (Duration, Duration) = (Duration::from_millis(100), Duration::from_secs(5));
/// So many questions may wait.
const WAITING: usize = 16;

/// What tells this server and its history from others that have come of the same data: the cluster, and the timeline, which
/// is another one after a failover and after a restoration to a point in time.
const LIFE: &str = "SELECT system_identifier::text || ' ' || left(pg_walfile_name(pg_current_wal_lsn()), 8) \
                    FROM pg_control_system()";

/// A connection beside the pool, on which notifications come and questions are asked. It is made when it is first needed, and
/// made anew when it was lost; a task owns it, so that nobody who goes away leaves it in the midst of an answer.
pub(super) struct Line {
    plan: Arc<Plan>,
    state: Mutex<State>,
}

struct Plan {
    options: PgConnectOptions,
    names: Names,
    statement_timeout: Duration,
    /// Goes up when there may be something new.
    wakes: watch::Sender<u64>,
}

enum State {
    Idle,
    Open(mpsc::Sender<Question>, AbortHandle),
    Closed,
}

struct Question {
    sql: SqlStr,
    reply: oneshot::Sender<Result<Reply, StoreError>>,
}

/// The row that was asked for.
pub(super) struct Reply {
    pub(super) row: PgRow,
    /// What [`LIFE`] says, where the server says it.
    pub(super) life: Arc<str>,
    /// What had come before it was asked for.
    pub(super) wakes: u64,
}

impl Line {
    pub(super) fn new(connections: &Connections) -> Self {
        let plan = Plan {
            options: connections.options(),
            names: connections.names.clone(),
            statement_timeout: connections.statement_timeout().min(ANSWER_TIMEOUT),
            wakes: watch::Sender::new(0),
        };
        Self { plan: Arc::new(plan), state: Mutex::new(State::Idle) }
    }

    pub(super) fn names(&self) -> &Names {
        &self.plan.names
    }

    /// Asks for one row, by a statement without values.
    pub(super) async fn ask(&self, sql: SqlStr) -> Result<Reply, StoreError> {
        let (reply, answer) = oneshot::channel();
        self.questions()?.send(Question { sql, reply }).await.map_err(|_| failure::lost())?;
        answer.await.unwrap_or_else(|_| Err(failure::lost()))
    }

    /// Waits until more has come than so much.
    pub(super) async fn woken(&self, since: u64) -> Result<(), StoreError> {
        let mut wakes = self.plan.wakes.subscribe();
        drop(self.questions()?);
        let _ = wakes.wait_for(|wakes| *wakes != since).await;
        self.questions().map(drop)
    }

    /// Ends it for good.
    pub(super) fn close(&self) {
        if let State::Open(_, task) = mem::replace(&mut *self.state(), State::Closed) {
            task.abort();
        }
        self.plan.wake();
    }

    /// Where questions go. The task may have ended with its runtime.
    fn questions(&self) -> Result<mpsc::Sender<Question>, StoreError> {
        let mut state = self.state();
        match &*state {
            State::Closed => return Err(StoreError::new(StoreErrorKind::Unavailable, "the store is closed")),
            State::Open(questions, _) if !questions.is_closed() => return Ok(questions.clone()),
            State::Open(..) | State::Idle => {}
        }
        let (sender, questions) = mpsc::channel(WAITING);
        let task = tokio::spawn(serve(Arc::clone(&self.plan), questions));
        *state = State::Open(sender.clone(), task.abort_handle());
        Ok(sender)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        self.close();
    }
}

impl Plan {
    fn wake(&self) {
        self.wakes.send_modify(|wakes| *wakes = wakes.wrapping_add(1));
    }

    async fn connect(&self) -> Result<Ear, StoreError> {
        timeout(CONNECT_TIMEOUT, self.listen()).await.unwrap_or_else(|_| Err(failure::late()))
    }

    /// A pool of one is what a listener is made on.
    async fn listen(&self) -> Result<Ear, StoreError> {
        let pool = PgPoolOptions::new()
            .max_connections(1)
            .acquire_timeout(CONNECT_TIMEOUT)
            .test_before_acquire(false)
            .idle_timeout(None)
            .max_lifetime(None)
            .connect_lazy_with(self.options.clone());
        let mut listener = PgListener::connect_with(&pool).await.map_err(failure::connecting)?;
        // What is lost is noticed here, and connected to anew from here.
        listener.eager_reconnect(false);
        let connection = listener.acquire().await.map_err(failure::connecting)?;
        settle(connection, self.statement_timeout).await.map_err(failure::connecting)?;
        let life = match listener.fetch_one(raw_sql(LIFE)).await {
            Ok(row) => row.try_get::<String, _>(0).unwrap_or_default(),
            // A server of another make may not tell.
            Err(Error::Database(_)) => String::new(),
            Err(error) => return Err(failure::connecting(error)),
        };
        match listener.listen(&self.names.channel()).await {
            // Who cannot be woken reads from time to time all the same.
            Ok(()) | Err(Error::Database(_)) => Ok(Ear { listener, life: life.into() }),
            Err(error) => Err(failure::connecting(error)),
        }
    }
}

/// A connection that listens.
struct Ear {
    listener: PgListener,
    life: Arc<str>,
}

/// What comes to an [`Ear`].
enum Event {
    Asked(Option<Question>),
    Heard(Result<Option<PgNotification>, Error>),
}

impl Ear {
    /// Gives false when the connection is lost, or is not to be relied on.
    async fn answer(&mut self, question: Question, plan: &Plan) -> bool {
        let wakes = *plan.wakes.borrow();
        let row = timeout(ANSWER_TIMEOUT, self.listener.fetch_one(raw_sql(question.sql))).await;
        let row = row.map_or_else(|_| Err(failure::late()), |row| row.map_err(failure::reading));
        let is_sound = row.is_ok();
        let reply = row.map(|row| Reply { row, life: Arc::clone(&self.life), wakes });
        // Who has asked may be gone.
        let _ = question.reply.send(reply);
        is_sound
    }

    async fn is_alive(&mut self) -> bool {
        matches!(timeout(ANSWER_TIMEOUT, self.listener.execute("SELECT")).await, Ok(Ok(_)))
    }

    async fn next(&mut self, questions: &mut mpsc::Receiver<Question>) -> Event {
        let mut asked = pin!(wanted(questions));
        let mut heard = pin!(self.listener.try_recv());
        let next = poll_fn(|context| match asked.as_mut().poll(context) {
            Poll::Ready(question) => Poll::Ready(Event::Asked(question)),
            Poll::Pending => heard.as_mut().poll(context).map(Event::Heard),
        });
        next.await
    }
}

/// Connects, attends to the connection until it is lost, and so on.
async fn serve(plan: Arc<Plan>, mut questions: mpsc::Receiver<Question>) {
    let (mut pause, longest) = PAUSES;
    let mut first = None;
    loop {
        match plan.connect().await {
            Ok(ear) => {
                pause = PAUSES.0;
                // A notification may have been missed meanwhile.
                plan.wake();
                attend(&plan, ear, first.take(), &mut questions).await;
            }
            Err(error) => refuse(first.take().or_else(|| questions.try_recv().ok()), error),
        }
        // Whoever asks decides how often it is tried.
        first = timeout(pause, wanted(&mut questions)).await.ok().flatten();
        pause = (pause * 2).min(longest);
    }
}

async fn attend(plan: &Plan, mut ear: Ear, first: Option<Question>, questions: &mut mpsc::Receiver<Question>) {
    let mut event = Ok(Event::Asked(first));
    loop {
        let is_alive = match event {
            Ok(Event::Asked(Some(question))) => ear.answer(question, plan).await,
            Ok(Event::Asked(None)) => true,
            Ok(Event::Heard(Ok(Some(_)))) => {
                plan.wake();
                true
            }
            Ok(Event::Heard(Ok(None) | Err(_))) => false,
            Err(Elapsed { .. }) => ear.is_alive().await,
        };
        if !is_alive {
            return;
        }
        event = timeout(SILENCE, ear.next(questions)).await;
    }
}

/// The next question for whose answer somebody still waits; none when nobody can ask any more, as when the task is ended.
async fn wanted(questions: &mut mpsc::Receiver<Question>) -> Option<Question> {
    loop {
        let question = questions.recv().await?;
        if !question.reply.is_closed() {
            return Some(question);
        }
    }
}

fn refuse(question: Option<Question>, error: StoreError) {
    if let Some(question) = question {
        let _ = question.reply.send(Err(error));
    }
}
