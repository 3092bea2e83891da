//! The memory as the core sees it, and what of it is promised.

mod admission;
mod bounds;
mod mirror;
mod sorts;

use std::env;
use std::process::Command;
use std::sync::Arc;
use std::time::Duration;

use uuid::Uuid;

use crate::flight::Verdict;
use crate::principal::PatPrincipal;
use crate::record::{OwnerId, PatRecord, TokenId};
use crate::revocations::Epoch;
use crate::token::TokenDigest;

/// As random as a real one, and quicker to come by.
fn digest(number: u64) -> TokenDigest {
    let mut bytes = [0; 32];
    let mut dice = Dice(number << 8);
    bytes.chunks_mut(8).for_each(|chunk| chunk.copy_from_slice(&dice.throw().to_le_bytes()));
    TokenDigest::from_bytes(bytes)
}

fn record(owner: &str) -> PatRecord {
    PatRecord::new(TokenId::from_uuid(Uuid::nil()), OwnerId::parse(owner).unwrap())
}

fn verdict_of(record: Option<PatRecord>) -> Arc<Verdict> {
    Arc::new(Verdict::new(record.map(PatPrincipal::new), Epoch::default(), Duration::MAX))
}

fn known() -> Arc<Verdict> {
    verdict_of(Some(record("alice")))
}

fn unknown() -> Arc<Verdict> {
    verdict_of(None)
}

/// Runs a test in a process of its own, for one that counts what is freed: what moka drops, any thread may free.
fn alone(name: &str, test: impl FnOnce()) {
    const ALONE: &str = "TOWER_PAT_TEST_ALONE";
    if env::var_os(ALONE).is_some() {
        return test();
    }
    let name = format!("cache::tests::{name}");
    let run = Command::new(env::current_exe().unwrap()).args(["--exact", &name]).env(ALONE, "1").output().unwrap();
    let said = String::from_utf8_lossy(&run.stdout);
    assert!(run.status.success() && said.contains("1 passed"), "{said}");
}

/// Numbers without a pattern, the same in each run.
struct Dice(u64);

impl Dice {
    fn throw(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, end: u64) -> u64 {
        self.throw() % end
    }
}
