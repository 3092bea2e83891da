use std::error::Error;
use std::fmt;

use async_trait::async_trait;

use crate::record::Audience;

/// Who may ask what tokens are worth.
///
/// ```
/// use std::error::Error;
/// use async_trait::async_trait;
/// use tower_pat::web::{IntrospectionClient, IntrospectionClients};
///
/// #[derive(Debug)]
/// struct Gateways;
///
/// # fn secret_is_right(_: &str) -> bool { true }
/// #[async_trait]
/// impl IntrospectionClients for Gateways {
///     async fn authenticate(
///         &self,
///         id: &str,
///         secret: &str,
///     ) -> Result<Option<IntrospectionClient>, Box<dyn Error + Send + Sync>> {
///         // A hash that is looked up, or compared in constant time.
///         let known = id == "gateway" && secret_is_right(secret);
///         Ok(known.then(IntrospectionClient::default))
///     }
/// }
/// ```
#[async_trait]
pub trait IntrospectionClients: fmt::Debug + Send + Sync + 'static {
    /// The client of this identifier and secret; none if there is none.
    ///
    /// # Errors
    ///
    /// When they cannot be looked up: the client is told to try again, the error is for the log.
    async fn authenticate(
        &self,
        id: &str,
        secret: &str,
    ) -> Result<Option<IntrospectionClient>, Box<dyn Error + Send + Sync>>;
}

/// What a client is told. Unless more is said: of tokens that are for any service, and that are limited to no resources and
/// no networks, since it may not know what to make of a limit.
///
/// ```
/// use tower_pat::record::Audience;
/// use tower_pat::web::IntrospectionClient;
///
/// let client = IntrospectionClient::default().with_audience(Audience::parse("https://api.example")?).with_limits(true);
/// # Ok::<(), tower_pat::invalid::InvalidValue>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[must_use = "it is only a description until it is given to a router"]
pub struct IntrospectionClient {
    audience: Option<Audience>,
    limits: bool,
}

impl IntrospectionClient {
    /// Sets for which service the client asks: tokens that are meant for this one are active to it, too.
    pub fn with_audience(mut self, audience: Audience) -> Self {
        self.audience = Some(audience);
        self
    }

    /// Sets whether the client holds requests against limits: to it tokens with `resources` and `networks` are active, and
    /// the answer has both. It is not to be said of a client that does not.
    pub fn with_limits(mut self, understood: bool) -> Self {
        self.limits = understood;
        self
    }

    pub(super) fn audience(&self) -> Option<&Audience> {
        self.audience.as_ref()
    }

    pub(super) fn knows_limits(&self) -> bool {
        self.limits
    }
}
