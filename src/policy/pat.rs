use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use super::lifetime::{Lifetime, LifetimeNotAllowed, after, at_most};
use super::names::Names;
use crate::instant::whole_microseconds;
use crate::record::{OwnerId, TokenName};
use crate::scope::{Scope, ScopeSet};

type Grant = dyn Fn(&OwnerId, &Scope) -> bool + Send + Sync;

const DAY: Duration = Duration::from_hours(24);
/// A login that is to come counts as now as long as the clocks of two machines may differ by so much.
const CLOCKS_APART: SignedDuration = SignedDuration::from_secs(60);

/// What a service allows people to do with their tokens.
///
/// By default a token lives for 90 days unless its owner says otherwise, 366 at most, and never for ever; an owner may
/// grant every scope of the catalogue; there is no limit to the number of tokens; names need not be unique and may be
/// whatever [`TokenName`] holds; it does not matter when the owner signed in; a token that is replaced ends at once; and if
/// it is used again that is told, and nothing revoked.
///
/// ```
/// use std::time::Duration;
/// use tower_pat::policy::Policy;
///
/// let hour = Duration::from_hours(1);
/// let policy = Policy::default()
///     .with_default_lifetime(30 * 24 * hour)
///     .with_max_lifetime(90 * 24 * hour)
///     .with_read_only("invoices:read".parse()?, 366 * 24 * hour)
///     .with_max_tokens(50)
///     .with_unique_names(true)
///     .with_max_login_age(hour)
///     .with_max_grace(24 * hour)
///     .with_grants(|owner, scope| scope.as_ref() != "admin" || owner.as_str() == "root");
/// # Ok::<(), tower_pat::invalid::InvalidValue>(())
/// ```
#[derive(Clone)]
#[must_use = "it holds nothing until it is given to a manager"]
pub struct Policy {
    default_lifetime: Duration,
    max_lifetime: Option<Duration>,
    endless: bool,
    read_only: Option<(ScopeSet, Option<Duration>)>,
    grants: Arc<Grant>,
    max_tokens: Option<u32>,
    names: Names,
    max_login_age: Option<Duration>,
    max_grace: Duration,
    revocation_on_reuse: bool,
}

impl Policy {
    /// Sets how long a token lives whose owner does not say: 90 days by default, and never longer than a token may.
    pub fn with_default_lifetime(mut self, lifetime: Duration) -> Self {
        self.default_lifetime = lifetime;
        self
    }

    /// Sets how long a token may live: 366 days by default. None means as long as its owner likes, but not for ever.
    pub fn with_max_lifetime(mut self, lifetime: impl Into<Option<Duration>>) -> Self {
        self.max_lifetime = lifetime.into();
        self
    }

    /// Sets whether a token may live for ever. That weakens security: a token that nobody thinks of any more stays good.
    pub fn with_insecure_endless_lifetime(mut self, allowed: bool) -> Self {
        self.endless = allowed;
        self
    }

    /// Sets how long a token may live that has none but these scopes, since they only read. None means as long as its owner
    /// likes, but not for ever.
    pub fn with_read_only(mut self, scopes: ScopeSet, lifetime: impl Into<Option<Duration>>) -> Self {
        self.read_only = Some((scopes, lifetime.into()));
        self
    }

    /// Sets which scopes of the catalogue an owner may grant to tokens, as what they may do themselves. It is asked whenever a
    /// token gets a scope that it did not have, whoever gives it.
    pub fn with_grants(mut self, may: impl Fn(&OwnerId, &Scope) -> bool + Send + Sync + 'static) -> Self {
        self.grants = Arc::new(may);
        self
    }

    /// Sets how many tokens an owner may have. Those that are over do not count, nor do those in their grace, of which there is
    /// one at most beside each that counts.
    pub fn with_max_tokens(mut self, tokens: impl Into<Option<u32>>) -> Self {
        self.max_tokens = tokens.into();
        self
    }

    /// Sets whether two tokens of an owner may not have the same name, upper and lower case being the same and those that are
    /// over not counted.
    pub fn with_unique_names(mut self, unique: bool) -> Self {
        self.names.unique = unique;
        self
    }

    /// Sets how many characters a name may have: 1 to 100, or fewer.
    pub fn with_name_length(mut self, chars: std::ops::RangeInclusive<usize>) -> Self {
        self.names.chars = chars;
        self
    }

    /// Sets which characters a name may have.
    ///
    /// ```
    /// # use tower_pat::policy::Policy;
    /// let policy = Policy::default().with_name_chars(|char| char.is_alphanumeric() || " -_".contains(char));
    /// ```
    pub fn with_name_chars(mut self, allowed: fn(char) -> bool) -> Self {
        self.names.allowed = allowed;
        self
    }

    /// Sets how long ago owners may have signed in by themselves when they make or rotate a token. A manager that is not
    /// told when they did refuses. A login up to 60 seconds to come counts as now, for clocks differ.
    pub fn with_max_login_age(mut self, age: impl Into<Option<Duration>>) -> Self {
        self.max_login_age = age.into();
        self
    }

    /// Sets for how long a token may still be accepted beside the one that replaces it: not at all by default.
    pub fn with_max_grace(mut self, grace: Duration) -> Self {
        self.max_grace = grace;
        self
    }

    /// Sets whether all tokens of a family are revoked when one of them is used that another has replaced, after its grace: not
    /// by default. Either an owner has forgotten a client or somebody has an old copy, and which of them replaced it is not
    /// known ([RFC 9700, section 4.14.2] has refresh tokens revoked for that reason). The price: whoever has a copy that is
    /// worth nothing can put an end to the token in use, and so can a forgotten client, or one that sends a
    /// request again which it had begun with the old token.
    ///
    /// [RFC 9700, section 4.14.2]: https://www.rfc-editor.org/rfc/rfc9700#section-4.14.2
    pub fn with_revocation_on_reuse(mut self, revoked: bool) -> Self {
        self.revocation_on_reuse = revoked;
        self
    }

    /// When a token with these scopes expires that is wanted now; none if never.
    ///
    /// # Errors
    ///
    /// When the lifetime is over already or too long, or may not be without end.
    pub fn expiry(
        &self,
        wanted: Lifetime,
        scopes: &ScopeSet,
        now: Timestamp,
    ) -> Result<Option<Timestamp>, LifetimeNotAllowed> {
        let latest = self.latest(scopes, now);
        let expiry = match wanted {
            Lifetime::Endless if self.endless => return Ok(None),
            Lifetime::Endless => None,
            Lifetime::Usual => after(now, self.default_lifetime).map(|usual| usual.min(latest)),
            Lifetime::For(lifetime) => after(now, lifetime),
            Lifetime::Until(instant) => Some(whole_microseconds(instant)),
        };
        expiry.filter(|expiry| *expiry > now && *expiry <= latest).map(Some).ok_or(LifetimeNotAllowed)
    }

    /// As [`expiry`](Self::expiry), but what is too long is shortened: for a token that takes the place of another.
    pub(crate) fn inherited(
        &self,
        wanted: Lifetime,
        scopes: &ScopeSet,
        now: Timestamp,
    ) -> Result<Option<Timestamp>, LifetimeNotAllowed> {
        let allowed = self.expiry(wanted, scopes, now);
        allowed.or_else(|_| self.expiry(Lifetime::Until(self.latest(scopes, now)), scopes, now))
    }

    /// The last instant at which a token with these scopes may expire.
    fn latest(&self, scopes: &ScopeSet, now: Timestamp) -> Timestamp {
        let read_only = self.read_only.as_ref().filter(|(reading, _)| scopes.is_subset(reading));
        let longest = read_only.map_or(self.max_lifetime, |(_, longest)| *longest);
        longest.map_or(Timestamp::MAX, |longest| at_most(now, longest))
    }

    pub(crate) fn allows_name(&self, name: &TokenName) -> bool {
        self.names.allow(name)
    }

    pub(crate) fn has_unique_names(&self) -> bool {
        self.names.unique
    }

    pub(crate) fn max_tokens(&self) -> Option<u32> {
        self.max_tokens
    }

    pub(crate) fn max_grace(&self) -> Duration {
        self.max_grace
    }

    pub(crate) fn revokes_on_reuse(&self) -> bool {
        self.revocation_on_reuse
    }

    pub(crate) fn may_grant(&self, owner: &OwnerId, scope: &Scope) -> bool {
        (self.grants)(owner, scope)
    }

    /// Whether a login is recent enough. One that is not known is not, nor one in the future.
    pub(crate) fn is_recent(&self, login: Option<Timestamp>, now: Timestamp) -> bool {
        let Some(age) = self.max_login_age else {
            return true;
        };
        let age = SignedDuration::try_from(age).unwrap_or(SignedDuration::MAX);
        login.is_some_and(|login| (-CLOCKS_APART..=age).contains(&now.duration_since(login)))
    }
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            default_lifetime: 90 * DAY,
            max_lifetime: Some(366 * DAY),
            endless: false,
            read_only: None,
            grants: Arc::new(|_, _| true),
            max_tokens: None,
            names: Names::default(),
            max_login_age: None,
            max_grace: Duration::ZERO,
            revocation_on_reuse: false,
        }
    }
}

impl fmt::Debug for Policy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Policy").finish_non_exhaustive()
    }
}
