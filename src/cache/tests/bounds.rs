//! Capacity, in bytes.

use std::sync::{Arc, Weak};

use allocation_counter::measure;
use jiff::Timestamp;

use super::super::memory::{BySort, MokaMemory};
use super::super::weight::weight;
use super::{Dice, alone, digest, known, record, verdict_of};
use crate::flight::{Memory, Verdict};
use crate::footprint::Footprint;
use crate::record::{AudienceSet, NetworkSet, PatRecord, TokenName};
use crate::resource::ResourceSet;
use crate::token::TokenHint;

/// Records as a service has them: some bare, some with names, scopes, limits.
fn varied(number: u64, dice: &mut Dice) -> PatRecord {
    let bare = record(&format!("user-{number:08}"));
    let scopes = |count: u64| (0..count).map(|scope| format!("scope:{scope}")).collect::<Vec<_>>().join(" ");
    let resources = |count: u64| (0..count).map(|place| format!("repo:acme/site-{place}/*")).collect::<Vec<_>>();
    match dice.below(4) {
        0 => bare,
        1 => bare.with_name(TokenName::parse("nightly build").unwrap()).with_scopes(scopes(3).parse().unwrap()),
        2 => {
            let resources = resources(dice.below(30)).join("\n");
            bare.with_scopes(scopes(1).parse().unwrap()).with_resources(resources.parse::<ResourceSet>().unwrap())
        }
        _ => bare
            .with_scopes(scopes(dice.below(20)).parse().unwrap())
            .with_networks("10.0.0.0/8 2001:db8::/32".parse::<NetworkSet>().unwrap())
            .with_audiences("https://api.example.com".parse::<AudienceSet>().unwrap()),
    }
}

#[test]
fn weight_is_what_is_allocated_within_a_third() {
    alone("bounds::weight_is_what_is_allocated_within_a_third", weigh);
}

fn weigh() {
    for (tokens, seed) in [(3_000, 1), (20_000, 2), (50_000, 3)] {
        let memory = MokaMemory::new(u64::MAX, 10);
        let (mut dice, mut weighed) = (Dice(seed), 0);
        let counted = measure(|| {
            for number in 0..tokens {
                let verdict = verdict_of(Some(varied(number, &mut dice)));
                weighed += i64::from(weight(&verdict));
                memory.remember(digest(number), verdict);
            }
            memory.known.settle();
        });
        let percent = weighed * 100 / counted.bytes_current;
        assert!((70..=130).contains(&percent), "{tokens} tokens: {percent} % of {}", counted.bytes_current);
        println!("{tokens} tokens: {percent} %");
    }
}

#[test]
fn every_part_of_a_record_is_weighed() {
    let numbered = |beginning: &str, end: &str, separator: &str| {
        (0..20).map(|number| format!("{beginning}{number}{end}")).collect::<Vec<_>>().join(separator)
    };
    let parts: [&dyn Fn(PatRecord) -> PatRecord; 7] = [
        &|bare| bare.with_retirement(Timestamp::UNIX_EPOCH),
        &|bare| bare.with_name(TokenName::parse(&"name ".repeat(16)).unwrap()),
        &|bare| bare.with_hint(TokenHint::parse("acme_production_pat…6789").unwrap()),
        &|bare| bare.with_scopes(numbered("scope:", "", " ").parse().unwrap()),
        &|bare| bare.with_resources(numbered("repo:acme/", "/*", "\n").parse::<ResourceSet>().unwrap()),
        &|bare| bare.with_networks(numbered("10.", ".0.0/16", " ").parse::<NetworkSet>().unwrap()),
        &|bare| bare.with_audiences(numbered("https://", ".example", " ").parse::<AudienceSet>().unwrap()),
    ];
    let bare = weigh_alone(|| record("alice"));
    for (number, part) in parts.into_iter().enumerate() {
        let (allocated, said) = weigh_alone(|| part(record("alice")));
        let (more, said_more) = (allocated - bare.0, said - bare.1);
        assert!(more > 20 && said_more.abs_diff(more) * 10 <= more, "part {number}: {said_more} of {more}");
    }
}

/// What a verdict takes, and what it says.
fn weigh_alone(record: impl FnOnce() -> PatRecord) -> (usize, usize) {
    let mut made = None;
    let counted = measure(|| made = Some(verdict_of(Some(record()))));
    (usize::try_from(counted.bytes_current).unwrap(), made.unwrap().footprint())
}

/// What the builder says of its default: 64 MiB for about 75,000 of these.
#[test]
fn typical_token_takes_900_bytes() {
    let scopes = "invoices:read invoices:write profile:read".parse().unwrap();
    let record = record("user-00000001").with_name(TokenName::parse("nightly build").unwrap()).with_scopes(scopes);
    let weight = weight(&verdict_of(Some(record)));
    assert!((850..960).contains(&weight), "{weight}");
}

#[test]
fn what_is_kept_stays_within_the_capacity() {
    let capacity = 2_000_000;
    let memory = MokaMemory::new(capacity, 10);
    let mut dice = Dice(4);
    for number in 0..30_000 {
        memory.remember(digest(number % 20_000), verdict_of(Some(varied(number, &mut dice))));
        memory.recall(&digest(dice.below(20_000)), |_| ());
        // moka takes writes in by the way, and is behind by its log at most.
        assert!(memory.known.entries() < capacity / 400);
    }
    memory.known.settle();
    assert!(memory.known.weighed() <= capacity);
    assert!(memory.known.weighed() > capacity / 2, "and is made use of");
    assert!(memory.evictions().known > 10_000);
    assert_eq!(memory.known.strays(), 0);
}

/// Memory comes back: nobody holds the verdicts that have left, but for the last few.
#[test]
fn verdicts_that_have_left_are_freed() {
    alone("bounds::verdicts_that_have_left_are_freed", let_many_leave);
}

fn let_many_leave() {
    let memory = MokaMemory::new(100_000, 10);
    let mut all: Vec<Weak<Verdict>> = Vec::new();
    for number in 0..20_000 {
        let verdict = known();
        all.push(Arc::downgrade(&verdict));
        memory.remember(digest(number), verdict);
    }
    memory.known.settle();
    let alive = all.iter().filter(|verdict| verdict.strong_count() > 0).count();
    println!("{alive} alive");
    assert!(alive < 500, "{alive} of 20,000");
}

#[test]
fn verdict_that_is_heavier_than_the_whole_is_not_kept_and_pushes_out_nobody() {
    let memory = MokaMemory::new(10_000, 10);
    let huge = || {
        let scopes = (0..1_000).map(|scope| format!("scope:{scope}")).collect::<Vec<_>>().join(" ");
        verdict_of(Some(record("alice").with_scopes(scopes.parse().unwrap())))
    };
    for number in 0..5 {
        memory.remember(digest(number), known());
    }
    memory.known.settle();
    memory.remember(digest(7), huge());
    // … also where a light one of the same token was kept.
    memory.remember(digest(1), huge());
    memory.known.settle();
    let kept: Vec<_> = (0..8).filter(|number| memory.recall(&digest(*number), |_| ()).is_some()).collect();
    assert_eq!(kept, [0, 2, 3, 4]);
    // Two found no room, and nobody had to go for them.
    assert_eq!(memory.evictions().known, 2);
}

#[test]
fn with_no_room_nothing_is_kept() {
    let memory = MokaMemory::new(0, 0);
    for number in 0..1_000 {
        memory.remember(digest(number), known());
        memory.remember(digest(number + 1_000), verdict_of(None));
    }
    memory.known.settle();
    memory.unknown.settle();
    assert_eq!(memory.entries(), BySort { known: 0, unknown: 0 });
    assert!((0..2_000).all(|number| memory.recall(&digest(number), |_| ()).is_none()));
}
