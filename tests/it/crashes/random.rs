use std::env;
use std::hash::{BuildHasher, RandomState};

/// Numbers that look random and follow from a seed (`SplitMix64`).
#[derive(Debug, Clone)]
pub(super) struct Random(u64);

impl Random {
    pub(super) fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub(super) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    pub(super) fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.next() % end as u64).unwrap()
    }
}

/// The seed of this run, which is printed.
pub(super) fn seed() -> u64 {
    let seed = env::var("PAT_CRASH_SEED").map_or_else(|_| RandomState::new().hash_one(0), |seed| seed.parse().unwrap());
    println!("PAT_CRASH_SEED={seed}");
    seed
}

/// How often it is killed: `PAT_CRASH_ROUNDS`, or a number that suits a quick test.
pub(super) fn rounds(usual: usize) -> usize {
    env::var("PAT_CRASH_ROUNDS").map_or(usual, |rounds| rounds.parse().unwrap())
}
