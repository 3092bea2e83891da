use std::net::IpAddr;

use jiff::Timestamp;

use crate::record::TokenId;

/// That a token was used, for [`PatStore::record_uses`](super::PatStore::record_uses).
///
/// ```
/// use jiff::Timestamp;
/// use tower_pat::record::TokenId;
/// use tower_pat::store::Use;
/// use uuid::Uuid;
///
/// let used = Use::new(TokenId::from_uuid(Uuid::from_u128(7)), Timestamp::UNIX_EPOCH)
///     .with_count(3)
///     .with_address("192.0.2.7".parse()?)
///     .with_user_agent("curl/8.5.0");
/// assert_eq!(used.usage().user_agent(), Some("curl/8.5.0"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Use {
    id: TokenId,
    usage: Usage,
}

impl Use {
    /// One use at an instant.
    #[must_use]
    pub fn new(id: TokenId, at: Timestamp) -> Self {
        Self { id, usage: Usage::new(at, 1) }
    }

    /// Sets how often the token was used since this was last told, the last time at the instant.
    #[must_use]
    pub fn with_count(mut self, count: u64) -> Self {
        self.usage.count = count;
        self
    }

    /// Sets from where it was used the last time.
    #[must_use]
    pub fn with_address(mut self, address: IpAddr) -> Self {
        self.usage.address = Some(address);
        self
    }

    /// Sets by what it was used the last time: the first 200 characters are kept, control characters are left out.
    #[must_use]
    pub fn with_user_agent(mut self, text: &str) -> Self {
        self.usage = self.usage.with_user_agent(text);
        self
    }

    /// Which token was used.
    #[must_use]
    pub fn id(&self) -> TokenId {
        self.id
    }

    /// When, from where, by what, and how often.
    #[must_use]
    pub fn usage(&self) -> &Usage {
        &self.usage
    }
}

/// The last use of a token, and the number of them.
///
/// ```
/// use jiff::Timestamp;
/// use tower_pat::store::Usage;
///
/// let usage = Usage::new(Timestamp::UNIX_EPOCH, 7).with_user_agent("curl/8.5.0");
/// assert_eq!((usage.count(), usage.address()), (7, None));
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Usage {
    last_used_at: Timestamp,
    address: Option<IpAddr>,
    user_agent: Option<Box<str>>,
    count: u64,
}

impl Usage {
    const MAX_AGENT_CHARS: usize = 200;

    /// So many uses, the last at an instant.
    #[must_use]
    pub fn new(last_used_at: Timestamp, count: u64) -> Self {
        Self { last_used_at, address: None, user_agent: None, count }
    }

    /// Sets from where the last was.
    #[must_use]
    pub fn with_address(mut self, address: impl Into<Option<IpAddr>>) -> Self {
        self.address = address.into();
        self
    }

    /// Sets by what the last was: the first 200 characters are kept, control characters are left out.
    #[must_use]
    pub fn with_user_agent<'a>(mut self, text: impl Into<Option<&'a str>>) -> Self {
        let clip = |text: &str| text.chars().filter(|char| !char.is_control()).take(Self::MAX_AGENT_CHARS).collect();
        self.user_agent = text.into().map(clip);
        self
    }

    /// When the token was used the last time.
    #[must_use]
    pub fn last_used_at(&self) -> Timestamp {
        self.last_used_at
    }

    /// From where; none if that is not known.
    #[must_use]
    pub fn address(&self) -> Option<IpAddr> {
        self.address
    }

    /// By what, as it calls itself; none if it did not say.
    #[must_use]
    pub fn user_agent(&self) -> Option<&str> {
        self.user_agent.as_deref()
    }

    /// How often the token was used.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.count
    }

    /// This and more of it: the counts together, and of the later of both what else there is.
    #[cfg(any(feature = "manage", feature = "postgres"))]
    pub(super) fn and(self, other: &Self) -> Self {
        let count = self.count.saturating_add(other.count);
        let later = if other.last_used_at >= self.last_used_at { other.clone() } else { self };
        Self { count, ..later }
    }

    /// As precise as a database keeps it.
    #[cfg(feature = "manage")]
    pub(super) fn to_microsecond(&self) -> Self {
        Self { last_used_at: crate::instant::whole_microseconds(self.last_used_at), ..self.clone() }
    }
}
