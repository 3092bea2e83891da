//! The front holds what moka holds, whoever remembers and evicts meanwhile.

use std::sync::{Arc, Barrier};
use std::thread;

use super::super::memory::MokaMemory;
use super::{Dice, digest, known, unknown};
use crate::flight::Memory;

const THREADS: u64 = 4;

/// Each thread does as the dice say, all of them with the same few tokens.
fn stir(memory: &MokaMemory, rounds: u32, tokens: u64, seed: u64) {
    let start = Barrier::new(usize::try_from(THREADS).unwrap());
    thread::scope(|scope| {
        for thread in 0..THREADS {
            let start = &start;
            scope.spawn(move || {
                let mut dice = Dice(seed * THREADS + thread);
                start.wait();
                for _ in 0..rounds {
                    let digest = digest(dice.below(tokens));
                    match dice.below(10) {
                        0 => memory.remember(digest, unknown()),
                        1 => memory.known.settle(),
                        2..6 => memory.remember(digest, known()),
                        _ => drop(memory.recall(&digest, |_| ())),
                    }
                }
            });
        }
    });
    memory.known.settle();
    memory.known.settle();
}

#[test]
fn nothing_leaks_in_the_front() {
    let mut evicted = 0;
    for (seed, capacity, tokens) in [(1, 6_000, 3), (2, 6_000, 30), (3, 60_000, 100), (4, 6_000, 10_000)] {
        let memory = MokaMemory::new(capacity, 5);
        for round in 0..5 {
            stir(&memory, 1_000, tokens, seed + round);
            assert_eq!(memory.known.strays(), 0, "{tokens} tokens");
            assert!(memory.known.entries() <= memory.known.ranked());
            assert!(memory.known.weighed() <= capacity);
        }
        evicted += memory.evictions().known;
    }
    assert!(evicted > 1_000, "the tests evict");
}

/// Two loads of one token, without others: whatever their order, one verdict stays, or none.
#[test]
fn two_threads_that_remember_one_token_leave_one_verdict() {
    for round in 0..1_000 {
        let memory = MokaMemory::new(10_000, 5);
        let (first, second) = (known(), known());
        let start = Barrier::new(2);
        thread::scope(|scope| {
            for verdict in [&first, &second] {
                let (start, memory) = (&start, &memory);
                scope.spawn(move || {
                    start.wait();
                    memory.remember(digest(1), Arc::clone(verdict));
                });
            }
        });
        memory.known.settle();
        assert_eq!(memory.known.strays(), 0, "round {round}");
        // From now on it is as if nothing had been.
        let third = known();
        memory.remember(digest(1), Arc::clone(&third));
        assert_eq!(memory.recall(&digest(1), |held| Arc::ptr_eq(held, &third)), Some(true));
    }
}

/// Moka tells of what was replaced after the new verdict has come into the front, which must not go with the old one.
#[test]
fn verdict_that_replaces_another_stays() {
    let memory = MokaMemory::new(100_000, 5);
    for _ in 0..10 {
        let verdict = known();
        memory.remember(digest(1), Arc::clone(&verdict));
        assert_eq!(memory.recall(&digest(1), |held| Arc::ptr_eq(held, &verdict)), Some(true));
    }
}
