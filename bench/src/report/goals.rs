use std::fmt;

use super::results::{Note, Results};
use crate::number::float;

/// What is to be reached, beside what was: ratios within this one run. Nothing is rounded in our favour, and nothing
/// fails here, for machines are noisy.
pub(crate) fn goals(results: &Results) -> Vec<Goal> {
    let mut goals = overheads(results);
    goals.extend(look_ups(results));
    goals.extend(long_goals(&results.notes));
    goals
}

/// One figure, and where it is to be.
#[derive(Debug)]
pub(crate) struct Goal {
    pub(crate) what: String,
    pub(crate) reached: f64,
    pub(crate) bound: Bound,
    pub(crate) limit: f64,
    pub(crate) unit: &'static str,
    /// With so many of them the figure is written.
    decimals: usize,
    /// What a reader wants to see beside it.
    aside: String,
}

#[derive(Debug, Clone, Copy)]
pub(crate) enum Bound {
    AtMost,
    AtLeast,
}

impl Goal {
    fn at_most(what: &str, reached: f64, limit: f64, unit: &'static str) -> Self {
        let (what, aside) = (what.to_owned(), String::new());
        Self { what, reached, bound: Bound::AtMost, limit, unit, decimals: 2, aside }
    }

    fn at_least(what: &str, reached: f64, limit: f64, unit: &'static str) -> Self {
        Self { bound: Bound::AtLeast, ..Self::at_most(what, reached, limit, unit) }
    }

    fn with_decimals(self, decimals: usize) -> Self {
        Self { decimals, ..self }
    }

    fn beside(self, aside: String) -> Self {
        Self { aside, ..self }
    }

    pub(crate) fn verdict(&self) -> &'static str {
        let reached = match self.bound {
            Bound::AtMost => self.reached <= self.limit,
            Bound::AtLeast => self.reached >= self.limit,
        };
        if reached { "reached" } else { "missed" }
    }
}

impl fmt::Display for Bound {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::AtMost => "at most",
            Self::AtLeast => "at least",
        })
    }
}

impl fmt::Display for Goal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { what, reached, bound, limit, unit, decimals, aside } = self;
        write!(f, "{what}: {reached:.decimals$}{unit}, goal {bound} {limit}{unit}: {}", self.verdict())?;
        if aside.is_empty() { Ok(()) } else { write!(f, " ({aside})") }
    }
}

fn overheads(results: &Results) -> Vec<Goal> {
    let over = |key| results.over(results.case(key));
    let jwt = over("jwt_hs256").min(over("jwt_hs256_compact"));
    let mut goals = Vec::new();
    for (key, name) in [("guarded", "`#[require_scope]`"), ("guard_layer", "`RequireScopeLayer` in one stack")] {
        let moka = over(key) / over("from_fn_moka");
        goals.push(Goal::at_most(&format!("hit with {name}, overhead × that of `from_fn` + moka"), moka, 0.33, ""));
        let signed = over(key) / jwt;
        goals.push(Goal::at_most(
            &format!("hit with {name}, overhead × that of the cheapest JWT HS256"),
            signed,
            0.15,
            "",
        ));
    }
    for (key, name) in [("outside_guarded", "and `#[require_scope]`"), ("outside", "without a guard")] {
        let times = results.times_bare(results.case(key));
        goals.push(Goal::at_most(&format!("outside the finished router {name}, × bare"), times, 1.40, ""));
    }
    for (key, name) in [("guarded", "`#[require_scope]`"), ("guard_layer", "`RequireScopeLayer` in one stack")] {
        goals.push(Goal::at_most(&format!("{name} alone"), results.between(key, "hot"), 20.0, " ns"));
    }
    let alone = results.lookup("look_usage").nanos - results.lookup("look_hot").nanos;
    let aside = format!("{:.1} ns more; in the verifier alone {alone:.1}", results.between("usage", "hot"));
    let recorded = over("usage") / over("hot");
    goals.push(Goal::at_most("overhead with uses recorded, × the hit without", recorded, 1.05, "").beside(aside));
    let beyond = |key| float(results.case(key).allocations) - float(results.case("extension").allocations);
    goals.push(Goal::at_most(
        "allocations of a hit with a guard beyond those of an extension",
        beyond("guarded"),
        0.0,
        "",
    ));
    let uniform = over("uniform") / over("from_fn_moka_uniform");
    goals.push(Goal::at_most("uniform over 10,000, overhead × that of `from_fn` + moka", uniform, 0.45, ""));
    goals
}

fn look_ups(results: &Results) -> Vec<Goal> {
    let nanos = |key| results.lookup(key).nanos;
    let grown = |few, many| nanos(many) / nanos(few);
    let micros = |key| float(results.lookup(key).p99) / 1_000.0;
    let denied = results.lookup("look_mistyped");
    let map = format!("a plain map: {:.2}", grown("map_look_10k", "map_look_1m"));
    let through_http = results.case("mistyped").nanos / results.case("hot").nanos;
    vec![
        Goal::at_most("look-up p99, Zipf over 1,000,000", micros("look_zipf"), 1.5, " µs")
            .beside(format!("a plain map: {:.2} µs", micros("map_look_zipf"))),
        Goal::at_most("a hit from 10,000 to 1,000,000 tokens, ×", grown("look_10k", "look_1m"), 3.0, "").beside(map),
        Goal::at_most("denied by checksum, × a hot hit, in the verifier", denied.nanos / nanos("look_hot"), 0.4, ""),
        Goal::at_most(
            "denied by checksum, × a hot hit, whole requests with the denial's response",
            through_http,
            0.4,
            "",
        ),
        Goal::at_most("allocations of a denial by checksum, in the verifier", float(denied.allocations), 0.0, ""),
    ]
}

/// Those of the long sections that were run.
pub(crate) fn long_goals(notes: &[Note]) -> Vec<Goal> {
    let found = |key: &str| notes.iter().find(|note| note.key == key).map(|note| note.value);
    let goals = [
        ("storm_calls", "calls of the store in a storm on one cold token", 1.0, ""),
        ("table_bytes", "bytes a cached token, without its principal", 450.0, ""),
        ("flood_warm_times", "good warm p99 in a flood, × without", 2.0, ""),
        ("flood_cold_503", "good cold requests with 503 in a flood", 0.0, ""),
        ("flood_resident", "resident growth by a flood", 32.0, " MiB"),
        ("flood_repeated", "calls of the store for the last 5,000 bad tokens again", 0.0, ""),
    ];
    let mut lines: Vec<_> = goals
        .into_iter()
        .filter_map(|(key, what, goal, unit)| Some(Goal::at_most(what, found(key)?, goal, unit)))
        .collect();
    if let Some(share) = found("loopback_share") {
        let what = "requests a second over loopback, × without the layer";
        lines.push(Goal::at_least(what, share, 0.9, "").with_decimals(3));
    }
    if let (Some(first), Some(again)) = (found("instructions"), found("instructions_again")) {
        // Whole instructions of a verification: what is left over is the set-up of the process, whose addresses are random.
        let apart = (again.round() - first.round()).abs();
        lines.push(Goal::at_most("instructions of a verification, between two runs", apart, 0.0, ""));
    }
    lines.extend(notes.iter().filter_map(of_store));
    lines
}

/// What a store with a million records is to reach.
fn of_store(note: &Note) -> Option<Goal> {
    let (store, key) = note.key.split_once('_').filter(|(store, _)| ["sqlite", "postgres"].contains(store))?;
    match key {
        "resolve_times" => {
            Some(Goal::at_most(&format!("{store}: look-up by digest, × a bare select"), note.value, 1.3, ""))
        }
        page if page.starts_with("page") => {
            Some(Goal::at_most(&format!("{store}: {}, × a bare select", note.name), note.value, 5.0, ""))
        }
        _ => None,
    }
}
