use http::header::AUTHORIZATION;
use http::{HeaderMap, HeaderName};

use super::authorization::Schemes;
use super::presented::{Presented, only_word};
use super::source::{CredentialSource, Place};
use crate::denial::InvalidRequest;

/// The places in a request where a token may stand: Bearer alone by default.
///
/// Without any place no request carries a token.
///
/// ```
/// use tower_pat::credential::{CredentialSource, CredentialSources};
///
/// let sources = CredentialSources::bearer()
///     .with(CredentialSource::header("private-token".parse()?))
///     .with(CredentialSource::basic_password());
/// assert_eq!(sources, CredentialSources::gitlab());
/// # Ok::<(), http::header::InvalidHeaderName>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CredentialSources {
    schemes: Schemes,
    headers: Vec<HeaderName>,
}

impl CredentialSources {
    const NONE: Self = Self { schemes: Schemes::NONE, headers: Vec::new() };

    /// Bearer alone, as by default ([RFC 6750, section 2.1]).
    ///
    /// ```
    /// use tower_pat::credential::CredentialSources;
    ///
    /// assert_eq!(CredentialSources::bearer(), CredentialSources::default());
    /// ```
    ///
    /// [RFC 6750, section 2.1]: https://www.rfc-editor.org/rfc/rfc6750#section-2.1
    #[must_use]
    pub fn bearer() -> Self {
        Self::NONE.with(CredentialSource::bearer())
    }

    /// git over HTTP: Bearer, and Basic with the token as password or as user name.
    ///
    /// git asks its user, or a credential helper, only when it is challenged: see
    /// [`PatAuthLayer::with_basic_challenge`](crate::PatAuthLayer::with_basic_challenge).
    ///
    /// ```
    /// use tower_pat::credential::CredentialSources;
    ///
    /// let sources = CredentialSources::git();
    /// ```
    #[must_use]
    pub fn git() -> Self {
        Self::bearer().with(CredentialSource::basic_password()).with(CredentialSource::basic_username())
    }

    /// Clients of GitHub and of Gitea: as git's, and the scheme `token`.
    ///
    /// ```
    /// use tower_pat::credential::{CredentialSource, CredentialSources};
    ///
    /// let sources = CredentialSources::git().with(CredentialSource::token_scheme());
    /// assert_eq!(sources, CredentialSources::github());
    /// ```
    #[must_use]
    pub fn github() -> Self {
        Self::git().with(CredentialSource::token_scheme())
    }

    /// Clients of GitLab: Bearer, the header `PRIVATE-TOKEN`, and Basic with the token as password.
    ///
    /// ```
    /// use tower_pat::credential::CredentialSources;
    ///
    /// let sources = CredentialSources::gitlab();
    /// ```
    #[must_use]
    pub fn gitlab() -> Self {
        let header = CredentialSource::header(HeaderName::from_static("private-token"));
        Self::bearer().with(header).with(CredentialSource::basic_password())
    }

    /// Clients of Azure DevOps: Bearer, and Basic with the token as password.
    ///
    /// ```
    /// use tower_pat::credential::CredentialSources;
    ///
    /// let sources = CredentialSources::azure_devops();
    /// ```
    #[must_use]
    pub fn azure_devops() -> Self {
        Self::bearer().with(CredentialSource::basic_password())
    }

    /// Accepts a token in one more place.
    ///
    /// ```
    /// use tower_pat::credential::{CredentialSource, CredentialSources};
    ///
    /// let sources = CredentialSources::bearer().with(CredentialSource::token_scheme());
    /// ```
    #[must_use]
    pub fn with(mut self, source: CredentialSource) -> Self {
        match source.0 {
            Place::Bearer => self.schemes.bearer = true,
            Place::TokenScheme => self.schemes.token = true,
            Place::BasicPassword => self.schemes.basic.password = true,
            Place::BasicUsername => self.schemes.basic.username = true,
            Place::Raw => self.schemes.raw = true,
            Place::Header(name) if self.headers.contains(&name) => {}
            Place::Header(name) => self.headers.push(name),
        }
        self
    }

    /// The token in the headers of a request, if there is one.
    #[inline]
    pub(crate) fn read<'r>(&self, headers: &'r HeaderMap) -> Result<Option<Presented<'r>>, InvalidRequest> {
        let mut found = self.schemes.read(headers)?;
        for value in self.headers.iter().flat_map(|name| headers.get_all(name)) {
            let word = only_word(value.as_bytes()).ok_or(InvalidRequest::MalformedHeader)?;
            if found.replace(Presented::Verbatim(word)).is_some() {
                return Err(InvalidRequest::SeveralCredentials);
            }
        }
        Ok(found)
    }

    /// Whether a token may stand in a header of its own.
    pub(crate) fn has_headers(&self) -> bool {
        !self.headers.is_empty()
    }

    /// Marks the values of every place as sensitive, so that a log of headers does not show them.
    #[inline]
    pub(crate) fn mark_sensitive(&self, headers: &mut HeaderMap) {
        mark_sensitive(headers, &AUTHORIZATION);
        for name in &self.headers {
            mark_sensitive(headers, name);
        }
    }

    /// Takes out what was read as a token, and leaves what is meant for somebody else.
    pub(crate) fn remove(&self, headers: &mut HeaderMap) {
        if headers.get(AUTHORIZATION).is_some_and(|value| self.schemes.accepts(value.as_bytes())) {
            headers.remove(AUTHORIZATION);
        }
        for name in &self.headers {
            headers.remove(name);
        }
    }
}

impl Default for CredentialSources {
    fn default() -> Self {
        Self::bearer()
    }
}

impl From<CredentialSource> for CredentialSources {
    fn from(source: CredentialSource) -> Self {
        Self::NONE.with(source)
    }
}

impl FromIterator<CredentialSource> for CredentialSources {
    fn from_iter<I: IntoIterator<Item = CredentialSource>>(sources: I) -> Self {
        sources.into_iter().fold(Self::NONE, Self::with)
    }
}

/// The first value is the only one: a request with two was refused.
fn mark_sensitive(headers: &mut HeaderMap, name: &HeaderName) {
    if let Some(value) = headers.get_mut(name) {
        value.set_sensitive(true);
    }
}
