use std::sync::Arc;

use tower::Layer;

use super::auth::PatAuth;
use super::settings::Settings;
use crate::invalid::InvalidValue;
use crate::response::Realm;
use crate::verifier::PatVerifier;

/// Lets only callers with a good token pass, and says who they are.
///
/// ```
/// use axum::{Router, routing::get};
/// # use tower_pat::resolver::{Answer, ResolveError, resolver_fn};
/// # use tower_pat::token::TokenDigest;
/// use tower_pat::{PatAuthLayer, PatPrincipal, PatVerifier, TokenFormat};
///
/// # let resolver = resolver_fn(|_: TokenDigest| async { Ok::<_, ResolveError>(Answer::Unknown) });
/// let verifier = PatVerifier::new(TokenFormat::new("acme_pat")?, resolver);
/// let app: Router = Router::new()
///     .route("/me", get(|caller: PatPrincipal| async move { caller.owner().to_string() }))
///     .layer(PatAuthLayer::new(verifier));
/// # Ok::<(), tower_pat::invalid::InvalidValue>(())
/// ```
#[derive(Debug, Clone)]
pub struct PatAuthLayer {
    settings: Arc<Settings>,
}

impl PatAuthLayer {
    /// A layer that asks this verifier.
    #[must_use]
    pub fn new(verifier: PatVerifier) -> Self {
        let settings = Settings { verifier, realm: Realm::default(), anonymous: false };
        Self { settings: Arc::new(settings) }
    }

    /// Sets the realm that challenges name ([RFC 9110, section 11.5]); `api` by default.
    ///
    /// # Errors
    ///
    /// Unless it is 1 to 200 printable ASCII characters or spaces.
    ///
    /// ```
    /// # use tower_pat::resolver::{Answer, ResolveError, resolver_fn};
    /// # use tower_pat::token::TokenDigest;
    /// # use tower_pat::{PatAuthLayer, PatVerifier, TokenFormat};
    /// # let resolver = resolver_fn(|_: TokenDigest| async { Ok::<_, ResolveError>(Answer::Unknown) });
    /// # let verifier = PatVerifier::new(TokenFormat::new("acme_pat")?, resolver);
    /// let layer = PatAuthLayer::new(verifier).with_realm("Acme invoices")?;
    /// # Ok::<(), tower_pat::invalid::InvalidValue>(())
    /// ```
    ///
    /// [RFC 9110, section 11.5]: https://www.rfc-editor.org/rfc/rfc9110#section-11.5
    pub fn with_realm(mut self, realm: &str) -> Result<Self, InvalidValue> {
        self.settings_mut().realm = Realm::parse(realm)?;
        Ok(self)
    }

    /// Lets requests without a token pass; handlers tell them by `Option<PatPrincipal>`, and guards deny them.
    ///
    /// A bad token is still refused, and so is any token while it cannot be checked.
    ///
    /// ```
    /// # use tower_pat::resolver::{Answer, ResolveError, resolver_fn};
    /// # use tower_pat::token::TokenDigest;
    /// # use tower_pat::{PatAuthLayer, PatVerifier, TokenFormat};
    /// # let resolver = resolver_fn(|_: TokenDigest| async { Ok::<_, ResolveError>(Answer::Unknown) });
    /// # let verifier = PatVerifier::new(TokenFormat::new("acme_pat")?, resolver);
    /// let layer = PatAuthLayer::new(verifier).with_anonymous();
    /// # Ok::<(), tower_pat::invalid::InvalidValue>(())
    /// ```
    #[must_use]
    pub fn with_anonymous(mut self) -> Self {
        self.settings_mut().anonymous = true;
        self
    }

    fn settings_mut(&mut self) -> &mut Settings {
        Arc::make_mut(&mut self.settings)
    }
}

impl<S> Layer<S> for PatAuthLayer {
    type Service = PatAuth<S>;

    fn layer(&self, inner: S) -> Self::Service {
        PatAuth::new(inner, Arc::clone(&self.settings))
    }
}
