//! Who is let in: as moka alone would have it, though it hears of few of the look-ups.

use std::ops::Range;
use std::sync::Arc;

use moka::sync::Cache;

use super::super::hashing::ByOwnBytes;
use super::super::memory::MokaMemory;
use super::super::weight::weight;
use super::{Dice, digest, known};
use crate::flight::{Memory, Verdict};
use crate::token::TokenDigest;

const LOOK_UPS: u32 = 50_000;

/// Look-ups of genuine tokens: some come again by Zipf's law, others come once and never again.
struct Traffic {
    sums: Vec<f64>,
    /// Of a hundred look-ups, how many are of tokens that come once.
    once: u64,
    dice: Dice,
    next: u64,
}

impl Traffic {
    fn new(tokens: u32, once: u64) -> Self {
        let mut sum = 0.0;
        let sums = (1..=tokens).map(|rank| {
            sum += 1.0 / f64::from(rank);
            sum
        });
        Self { sums: sums.collect(), once, dice: Dice(11), next: 1 << 32 }
    }

    /// The next token, and whether it comes again.
    fn draw(&mut self) -> (TokenDigest, bool) {
        if self.dice.below(100) < self.once {
            self.next += 1;
            return (digest(self.next), false);
        }
        let share = f64::from(u32::try_from(self.dice.throw() >> 32).unwrap()) / f64::from(u32::MAX);
        let drawn = share * self.sums.last().unwrap();
        let rank = self.sums.partition_point(|sum| *sum < drawn);
        (digest(u64::try_from(rank).unwrap()), true)
    }

    /// The share of hits among tokens that come again, once the memory has filled.
    fn hit_ratio(&mut self, mut hits: impl FnMut(&TokenDigest) -> bool) -> f64 {
        let (mut hit, mut all) = (0_u32, 0_u32);
        for number in 0..LOOK_UPS {
            let (digest, again) = self.draw();
            let found = hits(&digest);
            if again && number > LOOK_UPS / 4 {
                hit += u32::from(found);
                all += 1;
            }
        }
        f64::from(hit) / f64::from(all)
    }
}

fn of_ours(capacity: u64, mut traffic: Traffic) -> f64 {
    let memory = MokaMemory::new(capacity, 10);
    traffic.hit_ratio(|digest| {
        let found = memory.recall(digest, |_| ()).is_some();
        if !found {
            memory.remember(*digest, known());
        }
        found
    })
}

fn of_moka_alone(capacity: u64, mut traffic: Traffic) -> f64 {
    let builder = Cache::builder().max_capacity(capacity).weigher(|_, verdict| weight(verdict));
    let memory: Cache<TokenDigest, Arc<Verdict>, _> = builder.build_with_hasher(ByOwnBytes::default());
    traffic.hit_ratio(|digest| {
        let found = memory.get(digest).is_some();
        if !found {
            memory.insert(*digest, known());
        }
        found
    })
}

#[test]
fn hit_ratio_is_that_of_moka_alone() {
    let one = u64::from(weight(&known()));
    for (tokens, room, once) in [(10_000, 1_000, 30), (10_000, 200, 20), (10_000, 3_000, 50)] {
        let ours = of_ours(room * one, Traffic::new(tokens, once));
        let alone = of_moka_alone(room * one, Traffic::new(tokens, once));
        println!("room for {room} of {tokens}, {once} % once: {ours:.3}, moka alone {alone:.3}");
        assert!(alone > 0.4, "{alone}");
        assert!(ours > alone - 0.03, "room for {room}, {once} % once: {ours} in place of {alone}");
    }
}

/// What was asked for often and no longer is makes room.
#[test]
fn newcomer_that_is_asked_for_is_let_in() {
    let memory = MokaMemory::new(100 * u64::from(weight(&known())), 10);
    let ask = |number| {
        let digest = digest(number);
        let found = memory.recall(&digest, |_| ()).is_some();
        if !found {
            memory.remember(digest, known());
        }
        found
    };
    let ask_all = |numbers: Range<u64>| numbers.filter(|number| ask(*number)).count();
    assert!((0..20).map(|_| ask_all(0..100)).sum::<usize>() > 1_000);
    assert!((0..100).map(|_| ask_all(1_000..1_050)).sum::<usize>() > 1_000);
    let found = ask_all(1_000..1_050);
    assert!(found > 40, "{found} of 50");
}
