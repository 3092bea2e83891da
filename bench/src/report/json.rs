use serde_json::{Value, json as object};

use super::goals::goals;
use super::results::Results;

/// The same as data.
pub(crate) fn json(results: &Results) -> Value {
    let cases = results.cases.iter().map(|figures| {
        object!({
            "key": figures.key,
            "name": figures.name,
            "ns": figures.nanos,
            "over_bare_ns": results.over(figures),
            "times_bare": results.times_bare(figures),
            "p99_ns": figures.p99,
            "allocations": figures.allocations,
            "bytes": figures.bytes,
        })
    });
    let lookups = results.lookups.iter().map(|lookup| {
        object!({
            "key": lookup.key,
            "name": lookup.name,
            "ns": lookup.nanos,
            "p99_ns": lookup.p99,
            "allocations": lookup.allocations,
        })
    });
    let goals = goals(results).into_iter().map(|goal| {
        object!({
            "what": goal.what,
            "reached": goal.reached,
            "bound": goal.bound.to_string(),
            "goal": goal.limit,
            "unit": goal.unit.trim(),
            "verdict": goal.verdict(),
        })
    });
    object!({
        "rounds": results.rounds,
        "machine": results.machine,
        "clock_ns": results.clock,
        "cases": cases.collect::<Vec<_>>(),
        "lookups": lookups.collect::<Vec<_>>(),
        "sections": results.notes,
        "goals": goals.collect::<Vec<_>>(),
    })
}
