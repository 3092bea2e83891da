use std::future::poll_fn;
use std::mem;
use std::pin::pin;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::Poll;
use std::time::Duration;

use sqlx::postgres::{PgConnectOptions, PgListener, PgNotification, PgPool, PgPoolOptions, PgRow};
use sqlx::{Acquire, Error, Executor, SqlStr, raw_sql};
use tokio::sync::{mpsc, oneshot, watch};
use tokio::task::AbortHandle;
use tokio::time::error::Elapsed;
use tokio::time::timeout;

use super::connections::Connections;
use super::failure;
use super::names::Names;
use super::opening::settle;
use super::seat::Seat;
use crate::clock::{Clock, SystemClock, nanoseconds};
use crate::store::error::{StoreError, StoreErrorKind};

/// How long it may take to connect.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(3);
/// How long an answer may take. A server that is silent for longer is connected to anew.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(2);
/// A connection on which nothing has come for so long is looked at.
const SILENCE: Duration = Duration::from_secs(10);
/// How long it is waited at first, and at most, before it is connected to anew when nobody asks for anything.
const PAUSES: (Duration, Duration) = (Duration::from_millis(100), Duration::from_secs(5));
/// How long the task may give no sign of life. Longer than that it does nothing only where nobody drives its runtime.
const OVERDUE: Duration = Duration::from_secs(15);
/// To so many connections whose end is waited for no other is added.
const ENDING: usize = 4;
/// So many questions may wait.
const WAITING: usize = 16;

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
    /// When the task last gave a sign of life, in nanoseconds of the monotonic clock.
    pulse: AtomicU64,
    /// That of the connection, and those of earlier ones until they have ended.
    pools: Mutex<Vec<PgPool>>,
}

enum State {
    Idle,
    Open(mpsc::Sender<Question>, AbortHandle),
    Closed,
}

type Statement = Box<dyn FnOnce(&Seat) -> SqlStr + Send>;

struct Question {
    /// The statement, made when it is known on which connection.
    sql: Statement,
    reply: oneshot::Sender<Result<Reply, StoreError>>,
}

/// The row that was asked for.
pub(super) struct Reply {
    pub(super) row: PgRow,
    pub(super) seat: Seat,
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
            pulse: AtomicU64::new(0),
            pools: Mutex::default(),
        };
        Self { plan: Arc::new(plan), state: Mutex::new(State::Idle) }
    }

    pub(super) fn names(&self) -> &Names {
        &self.plan.names
    }

    /// Asks for one row, by a statement without values.
    pub(super) async fn ask(&self, sql: impl FnOnce(&Seat) -> SqlStr + Send + 'static) -> Result<Reply, StoreError> {
        let (reply, answer) = oneshot::channel();
        let sql = Box::new(sql);
        let questions = self.questions()?;
        let asked = async move {
            questions.send(Question { sql, reply }).await.map_err(|_| failure::lost())?;
            answer.await.unwrap_or_else(|_| Err(failure::lost()))
        };
        timeout(CONNECT_TIMEOUT + ANSWER_TIMEOUT, asked).await.unwrap_or_else(|_| Err(failure::late()))
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

    /// Where questions go. The task may have ended with its runtime, or be on one that nobody drives any more.
    fn questions(&self) -> Result<mpsc::Sender<Question>, StoreError> {
        let mut state = self.state();
        match &*state {
            State::Closed => return Err(StoreError::new(StoreErrorKind::Unavailable, "the store is closed")),
            State::Open(questions, task) if !questions.is_closed() => {
                if !self.plan.is_overdue() {
                    return Ok(questions.clone());
                }
                task.abort();
            }
            State::Open(..) | State::Idle => {}
        }
        self.plan.beat();
        let (sender, questions) = mpsc::channel(WAITING);
        let task = tokio::spawn(serve(Arc::clone(&self.plan), questions));
        *state = State::Open(sender.clone(), task.abort_handle());
        Ok(sender)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        held(&self.state)
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

    /// Gives a sign of life.
    fn beat(&self) {
        self.pulse.store(monotonic(), Ordering::Relaxed);
    }

    fn is_overdue(&self) -> bool {
        monotonic().saturating_sub(self.pulse.load(Ordering::Relaxed)) > nanoseconds(OVERDUE)
    }

    async fn connect(&self) -> Result<Ear, StoreError> {
        if self.end() >= ENDING {
            return Err(failure::unended());
        }
        timeout(CONNECT_TIMEOUT, self.listen()).await.unwrap_or_else(|_| Err(failure::late()))
    }

    /// Has the connections end that were made before, for nobody uses them any more, and tells how many have not. A listener says
    /// goodbye to its server, and nobody can hinder it: where that is silent it does not end.
    fn end(&self) -> usize {
        let mut pools = held(&self.pools);
        for pool in pools.iter().filter(|pool| !pool.is_closed()) {
            let pool = pool.clone();
            tokio::spawn(async move { pool.close().await });
        }
        pools.retain(|pool| pool.size() > 0);
        pools.len()
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
        held(&self.pools).push(pool.clone());
        let mut listener = PgListener::connect_with(&pool).await.map_err(failure::connecting)?;
        // What is lost is noticed here, and connected to anew from here.
        listener.eager_reconnect(false);
        let connection = listener.acquire().await.map_err(failure::connecting)?;
        settle(connection, self.statement_timeout).await.map_err(failure::connecting)?;
        let seat = Seat::of(connection).await.map_err(failure::connecting)?;
        match listener.listen(&self.names.channel()).await {
            // Who cannot be woken reads from time to time all the same.
            Ok(()) | Err(Error::Database(_)) => Ok(Ear { listener, seat }),
            Err(error) => Err(failure::connecting(error)),
        }
    }
}

/// A connection that listens.
struct Ear {
    listener: PgListener,
    seat: Seat,
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
        let sql = (question.sql)(&self.seat);
        let row = timeout(ANSWER_TIMEOUT, self.listener.fetch_one(raw_sql(sql))).await;
        let row = row.map_or_else(|_| Err(failure::late()), |row| row.map_err(failure::reading));
        let is_sound = row.is_ok();
        let reply = row.map(|row| Reply { row, seat: self.seat.clone(), wakes });
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
        plan.beat();
        let untold = match plan.connect().await {
            Ok(ear) => {
                pause = PAUSES.0;
                // A notification may have been missed meanwhile.
                plan.wake();
                attend(&plan, ear, first.take(), &mut questions).await;
                None
            }
            Err(error) => refuse(first.take(), &mut questions, error),
        };
        plan.beat();
        // Whoever asks decides how often it is tried.
        first = timeout(pause, wanted(&mut questions)).await.ok().flatten();
        if let (Some(error), true) = (untold, first.is_some()) {
            // It may take longer to connect than anybody waits for an answer.
            refuse(first.take(), &mut questions, error);
        }
        pause = (pause * 2).min(longest);
    }
}

async fn attend(plan: &Plan, mut ear: Ear, first: Option<Question>, questions: &mut mpsc::Receiver<Question>) {
    let mut event = Ok(Event::Asked(first));
    loop {
        plan.beat();
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

/// Tells the first that still waits why there is no connection, and gives the reason back if there is nobody.
fn refuse(
    mut first: Option<Question>,
    questions: &mut mpsc::Receiver<Question>,
    mut error: StoreError,
) -> Option<StoreError> {
    while let Some(question) = first.take().or_else(|| questions.try_recv().ok()) {
        let Err(untold) = question.reply.send(Err(error)) else { return None };
        error = untold.err()?;
    }
    Some(error)
}

fn monotonic() -> u64 {
    SystemClock.now().monotonic_nanos()
}

fn held<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
