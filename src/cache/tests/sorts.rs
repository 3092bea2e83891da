//! Known and unknown tokens.

use std::sync::Arc;

use super::super::memory::{BySort, MokaMemory};
use super::{digest, known, record, unknown, verdict_of};
use crate::flight::Memory;

const ROOM: u64 = 1_000_000;

#[test]
fn later_verdict_replaces_the_earlier_one_of_the_other_sort() {
    let memory = MokaMemory::new(ROOM, 10);
    for owner in [Some("alice"), None, Some("alice"), Some("bob"), None] {
        memory.remember(digest(1), verdict_of(owner.map(record)));
        let recalled = memory.recall(&digest(1), Arc::clone).unwrap();
        assert_eq!(recalled.principal().map(|known| known.owner().as_str()), owner);
    }
}

#[test]
fn verdict_is_read_where_it_stands() {
    let memory = MokaMemory::new(ROOM, 10);
    let verdict = known();
    memory.remember(digest(1), Arc::clone(&verdict));
    let holders = Arc::strong_count(&verdict);
    let seen = memory.recall(&digest(1), |held| (Arc::ptr_eq(held, &verdict), Arc::strong_count(held)));
    assert_eq!(seen, Some((true, holders)));
    assert_eq!(memory.recall(&digest(2), |_| ()), None);
}

#[test]
fn look_up_allocates_nothing() {
    let memory = MokaMemory::new(ROOM, 10);
    for number in 0..1_000 {
        memory.remember(digest(number), known());
    }
    let digests: Vec<_> = (0..1_000).map(digest).collect();
    // A thread has a place in the map and a number from its first look-up on.
    memory.recall(&digest(1), |_| ()).unwrap();
    let mut found = 0;
    let counted = allocation_counter::measure(|| {
        for _ in 0..100 {
            found += digests.iter().filter(|digest| memory.recall(digest, |_| ()).is_some()).count();
        }
    });
    assert_eq!((counted.count_total, found), (0, 100_000));
}

#[test]
fn flood_of_unknown_tokens_pushes_out_no_known_one() {
    let memory = MokaMemory::new(ROOM, 10);
    memory.remember(digest(0), known());
    for number in 1..10_000 {
        assert!(memory.recall(&digest(number), |_| ()).is_none());
        memory.remember(digest(number), unknown());
    }
    memory.unknown.settle();
    memory.known.settle();
    assert!(memory.recall(&digest(0), |_| ()).is_some());
    // The last of a flood stay: who repeats them is answered from memory.
    assert!(memory.recall(&digest(9_999), |_| ()).is_some());
    assert_eq!(memory.entries(), BySort { known: 1, unknown: 10 });
    assert_eq!(memory.evictions(), BySort { known: 0, unknown: 9_989 });
}

#[test]
fn what_leaves_for_another_reason_than_room_is_not_counted() {
    let memory = MokaMemory::new(ROOM, 10);
    for verdict in [known(), known(), unknown(), unknown(), known()] {
        memory.remember(digest(1), verdict);
    }
    memory.known.settle();
    memory.unknown.settle();
    assert_eq!(memory.evictions(), BySort { known: 0, unknown: 0 });
    assert_eq!(memory.entries(), BySort { known: 1, unknown: 0 });
}

#[test]
fn debug_output_tells_of_no_token() {
    let memory = MokaMemory::new(ROOM, 10);
    memory.remember(digest(1), known());
    let shown = format!("{memory:?}");
    assert!(shown.contains("known: 1") && !shown.contains("alice"), "{shown}");
}
