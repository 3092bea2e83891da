use allocation_counter::AllocationInfo;
use tokio::runtime::Runtime;
use tower_pat::token::TokenDigest;
use tower_pat::verifier::VerifyContext;
use tower_pat::{PatPrincipal, PatVerifier};

use crate::fixture;
use crate::machine::resident;
use crate::number::{float, length};
use crate::random::Seeded;
use crate::report::Note;

const TOKENS: usize = 1_000_000;
const SECTION: &str = "Memory, 1,000,000 remembered tokens";

/// What remembering a token takes: what is allocated for it and still there, and what the process grows by.
pub(super) fn measure(runtime: &Runtime) -> Vec<Note> {
    let principal = principal_bytes();
    let verifier = fixture::verifier(fixture::knowing(), TOKENS);
    let before = resident();
    let counted = allocation_counter::measure(|| fill(&verifier, runtime));
    let grown = float(resident().saturating_sub(before)) / length(TOKENS);
    let allocated = left(&counted) / length(TOKENS);
    drop(verifier);
    let note = |key, name, value| Note::new(SECTION, (key, name), value, "bytes");
    vec![
        note("cached_bytes", "allocated a cached token", allocated),
        note(
            "principal_bytes",
            "of these the principal: record, owner, set of scopes, counts (texts of scopes are shared)",
            principal,
        ),
        note(
            "table_bytes",
            "the rest: tables, and the verdict, whose own size is not to be had from outside",
            allocated - principal,
        ),
        note("resident_bytes", "resident growth a cached token", grown),
    ]
}

fn fill(verifier: &PatVerifier, runtime: &Runtime) {
    let (random, context) = (Seeded::new(4), VerifyContext::default());
    runtime.block_on(async {
        for _ in 0..TOKENS {
            let decision = verifier.verify(fixture::token(&random), &context).await;
            assert!(decision.is_ok(), "the store knows every token");
        }
    });
}

/// The heap of one principal by itself.
fn principal_bytes() -> f64 {
    let (many, scopes) = (1_000, fixture::scopes());
    let mut principals = Vec::with_capacity(many);
    let counted = allocation_counter::measure(|| {
        for number in 0..many {
            let digest = TokenDigest::of(number.to_be_bytes());
            // With a catalogue each token has a set of its own, of texts that all share.
            let own = scopes.iter().cloned().collect();
            principals.push(PatPrincipal::new(fixture::record(&digest, own)));
        }
    });
    left(&counted) / length(principals.len())
}

/// The bytes that were allocated meanwhile and are still.
fn left(counted: &AllocationInfo) -> f64 {
    float(u64::try_from(counted.bytes_current).unwrap_or_default())
}
