use super::actor::Actor;
use super::error::{ManageError, ManageErrorKind};
use super::new::NewPat;
use super::pat::PatManager;
use crate::policy::{Lifetime, Policy};
use crate::record::{OwnerId, PatRecord};
use crate::store::{AuditKind, Change, Insertion};
use crate::token::TokenDigest;

impl PatManager {
    /// Keeps a record for a token that the service gave out before, of which only the digest is known, so that clients
    /// need not be given new ones.
    ///
    /// The digest is the SHA-256 of the *whole* token, byte by byte as clients present it: prefix and all, without a
    /// salt. What was hashed otherwise cannot be imported. The verifier must accept the format of the token, or it is
    /// refused before anybody looks for it. An idempotency key is not kept.
    ///
    /// The policy does not count: what was given out stays good, for ever unless a lifetime is said. The record has no hint,
    /// and counts as made now; a lifetime begins now. A verifier over the same store that has
    /// just refused the token as unknown accepts it once this call has returned.
    ///
    /// This is for whoever runs the service. Nothing here can check that the token is the owner's, or that there is one:
    /// a person who may name a digest could take a token of somebody else for their own.
    ///
    /// # Errors
    ///
    /// - [`Owner`](super::ManageErrorKind::Owner): the wish names [another](NewPat::with_owner);
    /// - [`Scope`](super::ManageErrorKind::Scope), [`Expiry`](super::ManageErrorKind::Expiry) or
    ///   [`NotBefore`](super::ManageErrorKind::NotBefore);
    /// - [`Duplicate`](super::ManageErrorKind::Duplicate): the store has a record of this digest, whoever owns it; it stays
    ///   as it is;
    /// - [`Unavailable`](super::ManageErrorKind::Unavailable), after which the record may be there or not: if it is, asking
    ///   again gives a duplicate.
    ///
    /// ```
    /// use std::sync::Arc;
    /// use tower_pat::manager::NewPat;
    /// use tower_pat::record::{OwnerId, TokenName};
    /// use tower_pat::scope::ScopeCatalog;
    /// use tower_pat::store::MemoryStore;
    /// use tower_pat::token::TokenDigest;
    /// use tower_pat::{PatManager, TokenFormat};
    ///
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let manager = PatManager::new(TokenFormat::new("acme_pat")?, Arc::new(MemoryStore::new()), ScopeCatalog::default());
    /// # let sha256_from_the_old_table = [7; 32];
    /// let digest = TokenDigest::from_bytes(sha256_from_the_old_table);
    /// let wanted = NewPat::new(TokenName::parse("key of 2019")?);
    /// let record = manager.import(&OwnerId::parse("alice")?, wanted, digest).await?;
    /// assert_eq!(record.hint(), None);
    /// # Ok(()) }
    /// ```
    pub async fn import(&self, owner: &OwnerId, wanted: NewPat, digest: TokenDigest) -> Result<PatRecord, ManageError> {
        if wanted.owner.as_ref().is_some_and(|named| named != owner) {
            return Err(ManageErrorKind::Owner.into());
        }
        // A call with a key gives a token, and of this one nobody here has more than the digest.
        let wanted = wanted.with_idempotency_key(None);
        if !self.catalog.unknown(&wanted.scopes).is_empty() {
            return Err(ManageErrorKind::Scope.into());
        }
        let lifetime = if wanted.lifetime == Lifetime::Usual { Lifetime::Endless } else { wanted.lifetime };
        let policy = Policy::default().with_max_lifetime(None).with_insecure_endless_lifetime(true);
        let now = self.now();
        let expiry = policy.expiry(lifetime, &wanted.scopes, now)?;
        let (record, details) = (self.record(owner, &wanted, (now, expiry))?, wanted.details());
        let event = self.made(&Actor::system(), AuditKind::Imported, &record, &details);
        let insertion = Insertion::new(record.clone(), digest).with_details(details);
        self.apply(Change::default().with_insertion(insertion).with_event(event)).await?;
        Ok(record)
    }
}
