use tokio::runtime::Runtime;
use tower_pat::verifier::VerifyContext;

use crate::cases::warmed;
use crate::fixture::{self, Pool};
use crate::random::Seeded;

/// So many cached verifications of one token, to be counted from outside.
pub(crate) fn hit_path(hits: u32, runtime: &Runtime) {
    let pool = Pool::of(fixture::token(&Seeded::new(1)));
    let (verifier, context) = (warmed(&pool, runtime), VerifyContext::default());
    runtime.block_on(async {
        for _ in 0..hits {
            let decision = verifier.verify(&pool.tokens()[0], &context).await;
            assert!(decision.is_ok(), "the token is remembered");
        }
    });
}
