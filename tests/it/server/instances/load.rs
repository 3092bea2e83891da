use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::ops::Range;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use crate::support::leak;

/// A token that is going to be revoked. Instants are nanoseconds since the load began.
#[derive(Debug)]
pub(super) struct Target {
    pub(super) id: String,
    token: String,
    /// Before the revocation is asked for nobody may refuse it.
    pub(super) is_asked_for: AtomicBool,
    /// By each instance: when the last request that was accepted was sent, and whether one was refused.
    accepted: [AtomicU64; 2],
    refused: [AtomicBool; 2],
}

impl Target {
    pub(super) fn new(id: &str, token: &str) -> Self {
        let (accepted, refused) = Default::default();
        Self { id: id.to_owned(), token: token.to_owned(), is_asked_for: AtomicBool::new(false), accepted, refused }
    }

    pub(super) fn is_refused_by_all(&self) -> bool {
        self.refused.iter().all(|refused| refused.load(Ordering::SeqCst))
    }

    /// When the last accepted requests were sent.
    pub(super) fn last_accepted(&self) -> [Duration; 2] {
        [0, 1].map(|instance| Duration::from_nanos(self.accepted[instance].load(Ordering::SeqCst)))
    }
}

/// What all clients have in common.
#[derive(Debug)]
pub(super) struct Board {
    began: Instant,
    pub(super) good: Vec<String>,
    pub(super) targets: Vec<Target>,
    /// The target whose turn it is.
    pub(super) current: AtomicUsize,
    /// Those that are called in turn beside it.
    pub(super) watched: Mutex<Range<usize>>,
    is_over: AtomicBool,
    /// What must not be.
    pub(super) wrongs: Mutex<Vec<String>>,
    pub(super) accepted: [AtomicU64; 2],
    pub(super) unavailable: [AtomicU64; 2],
}

/// Clients of two instances, which call all the time.
pub(super) struct Load {
    pub(super) board: Arc<Board>,
    clients: Vec<JoinHandle<()>>,
}

impl Load {
    const CLIENTS: usize = 2;

    #[expect(clippy::disallowed_methods, reason = "other processes have real clocks")]
    pub(super) fn begin(instances: [SocketAddr; 2], good: Vec<String>, targets: Vec<Target>) -> Self {
        let (current, watched, is_over, wrongs) = Default::default();
        let (accepted, unavailable) = Default::default();
        let board =
            Board { began: Instant::now(), good, targets, current, watched, is_over, wrongs, accepted, unavailable };
        let board = Arc::new(board);
        let clients = (0..Self::CLIENTS * 2).map(|number| {
            let board = Arc::clone(&board);
            thread::spawn(move || board.drive(number % 2, instances[number % 2]))
        });
        let clients = clients.collect();
        Self { board, clients }
    }

    pub(super) fn end(self) -> Arc<Board> {
        self.board.is_over.store(true, Ordering::SeqCst);
        for client in self.clients {
            client.join().unwrap();
        }
        self.board
    }
}

impl Board {
    /// Between two calls of one client.
    const PAUSE: Duration = Duration::from_micros(500);

    pub(super) fn now(&self) -> Duration {
        self.began.elapsed()
    }

    fn drive(&self, instance: usize, addr: SocketAddr) {
        let mut connection = Connection::open(addr);
        let mut turn = 0;
        while !self.is_over.load(Ordering::SeqCst) {
            let current = self.current.load(Ordering::SeqCst);
            let watched = self.watched.lock().unwrap().clone();
            match turn % 4 {
                0 => self.call_good(instance, &self.good[turn / 4 % self.good.len()], &mut connection),
                1 | 2 => {
                    let next = watched.start + (turn / 4 * 2 + turn % 4) % watched.len().max(1);
                    self.call_target(instance, next, &mut connection);
                }
                _ => self.call_target(instance, current, &mut connection),
            }
            turn += 1;
            // The instances are to have time for it all.
            thread::sleep(Self::PAUSE);
        }
    }

    fn call_good(&self, instance: usize, token: &str, connection: &mut Connection) {
        match connection.call(token) {
            200 => drop(self.accepted[instance].fetch_add(1, Ordering::SeqCst)),
            503 => drop(self.unavailable[instance].fetch_add(1, Ordering::SeqCst)),
            status => self.note(format!("{status} for a good token")),
        }
    }

    fn call_target(&self, instance: usize, number: usize, connection: &mut Connection) {
        let Some(target) = self.targets.get(number) else { return };
        let sent = self.now();
        match connection.call(&target.token) {
            200 => {
                let sent = u64::try_from(sent.as_nanos()).unwrap();
                target.accepted[instance].fetch_max(sent, Ordering::SeqCst);
            }
            401 if target.is_asked_for.load(Ordering::SeqCst) => target.refused[instance].store(true, Ordering::SeqCst),
            503 => {}
            status => self.note(format!("{status} for target {number}")),
        }
    }

    fn note(&self, wrong: String) {
        self.wrongs.lock().unwrap().push(wrong);
    }
}

/// A connection that is kept.
struct Connection {
    stream: BufReader<TcpStream>,
}

impl Connection {
    fn open(addr: SocketAddr) -> Self {
        let stream = TcpStream::connect(addr).unwrap();
        stream.set_nodelay(true).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
        Self { stream: BufReader::new(stream) }
    }

    /// The status of an answer.
    fn call(&mut self, token: &str) -> u16 {
        let request = format!("GET /api/me HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\n\r\n");
        self.stream.get_mut().write_all(request.as_bytes()).unwrap();
        let (mut head, mut length) = (String::new(), 0);
        while !head.ends_with("\r\n\r\n") {
            let begin = head.len();
            assert_ne!(self.stream.read_line(&mut head).unwrap(), 0, "the instance has hung up");
            if let Some(value) = head[begin..].to_lowercase().strip_prefix("content-length:") {
                length = value.trim().parse().unwrap();
            }
        }
        let mut body = vec![0; length];
        self.stream.read_exact(&mut body).unwrap();
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        if status != 200 {
            leak::look("an answer of an instance", "/api/me", [head.as_bytes(), &body].concat());
        }
        status
    }
}
