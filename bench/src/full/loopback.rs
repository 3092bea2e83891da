use std::error::Error;
use std::net::SocketAddr;
use std::process::{Command, Stdio};
use std::thread::{self, JoinHandle};

use axum::Router;
use tokio::net::TcpListener;
use tokio::runtime::{Builder, Runtime};
use tokio::sync::oneshot;

use crate::cases::{bare_router, layered, protected};
use crate::fixture::{self, Pool};
use crate::machine::on_cpu;
use crate::number::{float, median};
use crate::random::Seeded;
use crate::report::Note;

const SECTION: &str = "Loopback, `axum::serve` on one thread, `wrk` with 16 connections on another";
const PAIRS: usize = 21;

/// Requests a second of a server with the layer and of one without, in turns; and what each costs the server.
pub(super) fn measure(runtime: &Runtime) -> Result<Vec<Note>, Box<dyn Error>> {
    if Command::new("wrk").arg("--version").stdout(Stdio::null()).status().is_err() {
        eprintln!("Nothing is sent over loopback: wrk is not installed (`apt-get install wrk`).\n");
        return Ok(Vec::new());
    }
    let token = fixture::token(&Seeded::new(7));
    let with = Served::start(layered(protected(&Pool::of(token.clone()), runtime)))?;
    let without = Served::start(bare_router().with_state(()))?;
    let (mut rates, mut spent, mut shares) = ([vec![], vec![]], [vec![], vec![]], vec![]);
    for round in 0..PAIRS {
        let mut pair = [0.0; 2];
        // Each is first in every other pair: what the first leaves behind is not to count against one of them alone.
        for turn in 0..2 {
            let place = (round + turn) % 2;
            let (rate, cpu) = load([&without, &with][place].addr, &token)?;
            rates[place].push(rate);
            spent[place].push(cpu);
            pair[place] = rate;
        }
        shares.push(pair[1] / pair[0]);
    }
    with.stop();
    without.stop();
    let [bare, layer] = rates.map(|mut rates| median(&mut rates));
    let [bare_spent, layer_spent] = spent.map(|mut spent| median(&mut spent));
    let note = |key, name, value, unit| Note::new(SECTION, (key, name), value, unit);
    Ok(vec![
        note("loopback_bare", "without the layer", bare, "requests/s"),
        note("loopback_layer", "with the layer, one hot token", layer, "requests/s"),
        note("loopback_share", "with the layer, × without (median of pairs)", median(&mut shares), "×"),
        note("loopback_bare_cpu", "the server's processor time a request, without", bare_spent, "ns"),
        note("loopback_layer_cpu", "the server's processor time a request, with", layer_spent, "ns"),
    ])
}

/// Requests a second, and nanoseconds of this process a request.
fn load(addr: SocketAddr, token: &str) -> Result<(f64, f64), Box<dyn Error>> {
    let before = on_cpu();
    let output = Command::new("wrk")
        .args(["-t1", "-c16", "-d1s", "-H", &format!("Authorization: Bearer {token}"), &format!("http://{addr}/")])
        .output()?;
    let spent = float(on_cpu().saturating_sub(before));
    let said = String::from_utf8_lossy(&output.stdout);
    if said.contains("Non-2xx") {
        return Err("a request over loopback was denied".into());
    }
    let field = |start: &str| said.lines().find_map(|line| line.trim().strip_prefix(start));
    let rate: f64 = field("Requests/sec:").ok_or("wrk tells no rate")?.trim().parse()?;
    let total = said.lines().find_map(|line| line.split_once(" requests in ")).ok_or("wrk tells no number")?;
    let total: f64 = total.0.trim().parse()?;
    Ok((rate, spent / total))
}

/// A server on a thread of its own.
struct Served {
    addr: SocketAddr,
    stop: oneshot::Sender<()>,
    thread: JoinHandle<()>,
}

impl Served {
    fn start(router: Router) -> Result<Self, Box<dyn Error>> {
        let runtime = Builder::new_current_thread().enable_all().build()?;
        let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0"))?;
        let addr = listener.local_addr()?;
        let (stop, stopped) = oneshot::channel();
        let thread = thread::spawn(move || {
            runtime.block_on(async {
                let server = axum::serve(listener, router).with_graceful_shutdown(async { drop(stopped.await) });
                server.await.expect("the server only ends when it is told to");
            });
        });
        Ok(Self { addr, stop, thread })
    }

    fn stop(self) {
        if self.stop.send(()).is_ok() {
            self.thread.join().expect("the server does not panic");
        }
    }
}
