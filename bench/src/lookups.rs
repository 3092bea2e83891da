//! The verifier by itself, without HTTP: what a look-up costs with few and with many tokens, and its tail.

use std::sync::Arc;

use tokio::runtime::Runtime;
use tower_pat::PatVerifier;
use tower_pat::verifier::VerifyContext;

use crate::cases::{PlainMap, Tokens, recorded, warmed};
use crate::clock::Stopwatch;
use crate::fixture::{self, Pool};
use crate::number::{float, length, median, quantile};
use crate::random::Seeded;
use crate::zipf::Zipf;

/// So many that each of 10,000 tokens comes once: what caches hold then is what they hold in a service.
const BATCH: usize = 10_000;
const SINGLES: usize = 10;

/// What a look-up costs.
#[derive(Debug, Clone)]
pub(crate) struct LookUp {
    pub(crate) key: &'static str,
    pub(crate) name: &'static str,
    pub(crate) nanos: f64,
    /// Of single look-ups; the clock is in it.
    pub(crate) p99: u64,
    pub(crate) allocations: u64,
}

/// Who is asked.
enum Asked {
    Verifier(PatVerifier),
    Map(PlainMap),
}

/// For which tokens.
enum Drawn {
    Hot(String),
    Uniform(Arc<Pool>),
    Zipf(Arc<Pool>, Arc<Zipf>),
}

struct Line {
    key: &'static str,
    name: &'static str,
    asked: Asked,
    drawn: Drawn,
    accepted: bool,
}

pub(crate) fn measure(tokens: &Tokens, runtime: &Runtime, rounds: usize) -> Vec<LookUp> {
    let (lines, random) = (lines(tokens, runtime), Seeded::new(3));
    let mut nanos = vec![Vec::with_capacity(rounds); lines.len()];
    for round in 0..=rounds {
        for (line, nanos) in lines.iter().zip(&mut nanos) {
            let spent = line.all(runtime, &line.drawn.tokens(BATCH, &random));
            if round > 0 {
                nanos.push(float(spent) / length(BATCH));
            }
        }
    }
    lines.iter().zip(&mut nanos).map(|(line, nanos)| line.figures(median(nanos), runtime, &random)).collect()
}

fn lines(tokens: &Tokens, runtime: &Runtime) -> Vec<Line> {
    let few = warmed(&tokens.uniform, runtime);
    let few_recorded = recorded(&tokens.uniform, runtime);
    let many = warmed(&tokens.many, runtime);
    let (few_mapped, many_mapped) = (PlainMap::of(&tokens.uniform), PlainMap::of(&tokens.many));
    let hot = tokens.uniform.tokens()[0].clone();
    let uniform = |pool: &Arc<Pool>| Drawn::Uniform(Arc::clone(pool));
    let zipf = || Drawn::Zipf(Arc::clone(&tokens.many), Arc::clone(&tokens.zipf));
    let ours = |key, name, verifier: &PatVerifier, drawn| Line {
        key,
        name,
        asked: Asked::Verifier(verifier.clone()),
        drawn,
        accepted: true,
    };
    let map =
        |key, name, map: &PlainMap, drawn| Line { key, name, asked: Asked::Map(map.clone()), drawn, accepted: true };
    let mistyped = Drawn::Hot(fixture::mistyped(&hot));
    let denied = ours("look_mistyped", "verifier, denied by checksum", &few, mistyped);
    vec![
        ours("look_hot", "verifier, one hot token", &few, Drawn::Hot(hot.clone())),
        Line { accepted: false, ..denied },
        ours("look_usage", "verifier with uses recorded, one hot token", &few_recorded, Drawn::Hot(hot.clone())),
        ours("look_10k", "verifier, uniform over 10,000", &few, uniform(&tokens.uniform)),
        ours(
            "look_10k_usage",
            "verifier with uses recorded, uniform over 10,000",
            &few_recorded,
            uniform(&tokens.uniform),
        ),
        ours("look_1m", "verifier, uniform over 1,000,000", &many, uniform(&tokens.many)),
        ours("look_zipf", "verifier, Zipf over 1,000,000", &many, zipf()),
        map("map_look_hot", "plain map, one hot token", &few_mapped, Drawn::Hot(hot)),
        map("map_look_10k", "plain map, uniform over 10,000", &few_mapped, uniform(&tokens.uniform)),
        map("map_look_1m", "plain map, uniform over 1,000,000", &many_mapped, uniform(&tokens.many)),
        map("map_look_zipf", "plain map, Zipf over 1,000,000", &many_mapped, zipf()),
    ]
}

impl Drawn {
    /// Copies, as if they had just been read from a connection.
    fn tokens(&self, count: usize, random: &Seeded) -> Vec<String> {
        let draw = |_| match self {
            Self::Hot(token) => token.clone(),
            Self::Uniform(pool) => pool.tokens()[random.below(pool.len())].clone(),
            Self::Zipf(pool, zipf) => pool.tokens()[pool.scattered(zipf.draw(random))].clone(),
        };
        (0..count).map(draw).collect()
    }
}

impl Line {
    fn all(&self, runtime: &Runtime, tokens: &[String]) -> u64 {
        let context = VerifyContext::default();
        runtime.block_on(async {
            let started = Stopwatch::start();
            for token in tokens {
                self.look_up(token, &context).await;
            }
            started.nanos()
        })
    }

    fn each(&self, runtime: &Runtime, tokens: &[String]) -> Vec<u64> {
        let context = VerifyContext::default();
        let mut nanos = Vec::with_capacity(tokens.len());
        runtime.block_on(async {
            for token in tokens {
                let started = Stopwatch::start();
                self.look_up(token, &context).await;
                nanos.push(started.nanos());
            }
        });
        nanos
    }

    async fn look_up(&self, token: &str, context: &VerifyContext) {
        let accepted = match &self.asked {
            Asked::Verifier(verifier) => verifier.verify(token, context).await.is_ok(),
            Asked::Map(map) => map.look_up(token).is_some(),
        };
        assert_eq!(accepted, self.accepted, "a look-up ends as it is meant to");
    }

    fn figures(&self, nanos: f64, runtime: &Runtime, random: &Seeded) -> LookUp {
        let mut singles = Vec::new();
        for _ in 0..SINGLES {
            singles.extend(self.each(runtime, &self.drawn.tokens(BATCH, random)));
        }
        let allocated = |_| {
            let token = self.drawn.tokens(1, random);
            let counted = allocation_counter::measure(|| {
                self.all(runtime, &token);
            });
            counted.count_total
        };
        let mut allocations: Vec<_> = (0..101).map(allocated).collect();
        LookUp {
            key: self.key,
            name: self.name,
            nanos,
            p99: quantile(&mut singles, 0.99),
            allocations: quantile(&mut allocations, 0.5),
        }
    }
}
