use std::net::IpAddr;
use std::sync::Arc;

use tokio::task::JoinHandle;
use tower_pat::denial::{Denial, InvalidToken};
use tower_pat::testing::ManualClock;
use tower_pat::token::PatToken;
use tower_pat::verifier::{PatVerifierBuilder, VerifyContext};
use tower_pat::{PatPrincipal, PatVerifier};

use super::ledger::Ledger;
use super::{format, noon, record, token};

pub(crate) type Decision = Result<PatPrincipal, Denial>;

/// A verifier, its ledger and its clock.
#[derive(Clone)]
pub(crate) struct Bench {
    pub(crate) verifier: PatVerifier,
    pub(crate) ledger: Arc<Ledger>,
    pub(crate) clock: Arc<ManualClock>,
}

impl Bench {
    pub(crate) fn new(set: impl FnOnce(PatVerifierBuilder) -> PatVerifierBuilder) -> Self {
        let (ledger, clock) = (Ledger::new(), ManualClock::new(noon()));
        let builder = PatVerifier::builder(format(), ledger.clone()).with_clock(clock.clone());
        Self { verifier: set(builder).build(), ledger, clock }
    }

    /// A token that the ledger knows.
    pub(crate) fn good(&self) -> PatToken {
        let token = token();
        self.ledger.write(&token, record(1));
        token
    }

    pub(crate) async fn verify(&self, token: &PatToken) -> Decision {
        self.present(token.expose_secret()).await
    }

    /// Verifies any text, as a client may send it.
    pub(crate) async fn present(&self, text: &str) -> Decision {
        self.verifier.verify(text, &VerifyContext::default()).await
    }

    /// Begins to verify, and comes back when as much of it is done as can be.
    pub(crate) async fn begin(&self, token: &PatToken) -> JoinHandle<Decision> {
        self.begin_in(token, VerifyContext::default()).await
    }

    /// The same for a client.
    pub(crate) async fn begin_from(&self, client: [u8; 4], token: &PatToken) -> JoinHandle<Decision> {
        self.begin_in(token, VerifyContext::default().with_client_addr(IpAddr::from(client))).await
    }

    async fn begin_in(&self, token: &PatToken, context: VerifyContext) -> JoinHandle<Decision> {
        let (verifier, token) = (self.verifier.clone(), token.expose_secret().to_owned());
        let begun = tokio::spawn(async move { verifier.verify(token, &context).await });
        settle().await;
        begun
    }
}

/// Lets all tasks of this one-threaded runtime do what they can.
pub(crate) async fn settle() {
    for _ in 0..20 {
        tokio::task::yield_now().await;
    }
}

pub(crate) fn is_unavailable(decision: &Decision) -> bool {
    matches!(decision, Err(Denial::Unavailable))
}

pub(crate) fn is_unknown(decision: &Decision) -> bool {
    matches!(decision, Err(Denial::InvalidToken(InvalidToken::Unknown)))
}
