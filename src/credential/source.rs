use http::HeaderName;
use http::header::AUTHORIZATION;

/// One place in a request where a token may stand.
///
/// ```
/// use tower_pat::credential::{CredentialSource, CredentialSources};
///
/// let either: CredentialSources =
///     [CredentialSource::bearer(), CredentialSource::token_scheme()].into_iter().collect();
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CredentialSource(pub(super) Place);

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Place {
    Bearer,
    TokenScheme,
    BasicPassword,
    BasicUsername,
    Raw,
    Header(HeaderName),
}

impl CredentialSource {
    /// `Authorization: Bearer …` ([RFC 6750, section 2.1]).
    ///
    /// ```
    /// use tower_pat::credential::{CredentialSource, CredentialSources};
    ///
    /// assert_eq!(CredentialSources::from(CredentialSource::bearer()), CredentialSources::default());
    /// ```
    ///
    /// [RFC 6750, section 2.1]: https://www.rfc-editor.org/rfc/rfc6750#section-2.1
    #[must_use]
    pub fn bearer() -> Self {
        Self(Place::Bearer)
    }

    /// `Authorization: token …`, which many clients of GitHub and Gitea send.
    ///
    /// ```
    /// use tower_pat::credential::{CredentialSource, CredentialSources};
    ///
    /// let sources = CredentialSources::bearer().with(CredentialSource::token_scheme());
    /// ```
    #[must_use]
    pub fn token_scheme() -> Self {
        Self(Place::TokenScheme)
    }

    /// `Authorization: Basic …` ([RFC 7617]) with the token as password. The user name may be anything, or empty: it is
    /// not looked at.
    ///
    /// ```
    /// use tower_pat::credential::{CredentialSource, CredentialSources};
    ///
    /// // curl -u __token__:acme_pat_…
    /// let sources = CredentialSources::bearer().with(CredentialSource::basic_password());
    /// ```
    ///
    /// [RFC 7617]: https://www.rfc-editor.org/rfc/rfc7617
    #[must_use]
    pub fn basic_password() -> Self {
        Self(Place::BasicPassword)
    }

    /// `Authorization: Basic …` ([RFC 7617]) with the token as user name; the password is empty or `x-oauth-basic`.
    /// With another password no token is accepted.
    ///
    /// Beside [`CredentialSource::basic_password`], a password that is neither of the two is the token.
    ///
    /// ```
    /// use tower_pat::credential::{CredentialSource, CredentialSources};
    ///
    /// // curl -u acme_pat_…:
    /// let sources = CredentialSources::bearer().with(CredentialSource::basic_username());
    /// ```
    ///
    /// [RFC 7617]: https://www.rfc-editor.org/rfc/rfc7617
    #[must_use]
    pub fn basic_username() -> Self {
        Self(Place::BasicUsername)
    }

    /// `Authorization` with the token alone and no scheme, as cargo sends it.
    ///
    /// A value of several words is that of a scheme, not a token.
    ///
    /// ```
    /// use tower_pat::credential::{CredentialSource, CredentialSources};
    ///
    /// let sources = CredentialSources::from(CredentialSource::raw());
    /// ```
    #[must_use]
    pub fn raw() -> Self {
        Self(Place::Raw)
    }

    /// A header of its own with the token alone, such as `PRIVATE-TOKEN` or `X-Figma-Token`. For `Authorization` this is
    /// [`CredentialSource::raw`].
    ///
    /// ```
    /// use tower_pat::credential::{CredentialSource, CredentialSources};
    ///
    /// let figma = CredentialSources::from(CredentialSource::header("x-figma-token".parse()?));
    /// # Ok::<(), http::header::InvalidHeaderName>(())
    /// ```
    #[must_use]
    pub fn header(name: HeaderName) -> Self {
        if name == AUTHORIZATION {
            return Self::raw();
        }
        Self(Place::Header(name))
    }
}
