//! Cases in turns: what drifts, drifts for all.

use tokio::runtime::Runtime;

use crate::cases::Case;
use crate::number::{float, length, median, quantile};
use crate::random::Seeded;

/// How many requests are measured one by one.
const SINGLES: usize = 20_000;

/// What a request of a case costs.
#[derive(Debug, Clone)]
pub(crate) struct Figures {
    pub(crate) key: &'static str,
    pub(crate) name: &'static str,
    pub(crate) hot: bool,
    /// The median of the rounds.
    pub(crate) nanos: f64,
    /// Of each round, in the order of the rounds.
    pub(crate) rounds: Vec<f64>,
    /// Of single requests; the clock is in it.
    pub(crate) p99: u64,
    pub(crate) allocations: u64,
    pub(crate) bytes: u64,
}

pub(crate) fn measure(cases: &mut [Case], runtime: &Runtime, rounds: usize) -> Vec<Figures> {
    let random = Seeded::new(2);
    let mut nanos = vec![Vec::with_capacity(rounds); cases.len()];
    // The first round warms up: caches are filled, tables grown.
    for round in 0..=rounds {
        for (case, nanos) in cases.iter_mut().zip(&mut nanos) {
            let headers = case.traffic.headers(case.batch, &random);
            let spent = case.service.all(runtime, &headers);
            if round > 0 {
                nanos.push(float(spent) / length(case.batch));
            }
        }
    }
    cases.iter_mut().zip(nanos).map(|(case, nanos)| figures(case, nanos, runtime, &random)).collect()
}

fn figures(case: &mut Case, rounds: Vec<f64>, runtime: &Runtime, random: &Seeded) -> Figures {
    let mut singles: Vec<u64> = Vec::new();
    for _ in 0..SINGLES.div_ceil(case.batch) {
        singles.extend(case.service.each(runtime, &case.traffic.headers(case.batch, random)));
    }
    let (mut allocations, mut bytes): (Vec<_>, Vec<_>) = (0..101).map(|_| allocated(case, runtime, random)).unzip();
    Figures {
        key: case.key,
        name: case.name,
        hot: case.traffic.is_hot(),
        nanos: median(&mut rounds.clone()),
        rounds,
        p99: quantile(&mut singles, 0.99),
        allocations: quantile(&mut allocations, 0.5),
        bytes: quantile(&mut bytes, 0.5),
    }
}

/// What one request allocates, on the thread that sends it: how often, and how many bytes.
fn allocated(case: &mut Case, runtime: &Runtime, random: &Seeded) -> (u64, u64) {
    let headers = case.traffic.headers(1, random);
    let counted = allocation_counter::measure(|| {
        case.service.all(runtime, &headers);
    });
    (counted.count_total, counted.bytes_total)
}
