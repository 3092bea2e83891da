use std::fmt;
use std::sync::Arc;

use tower::Layer;

use super::auth::PatAuth;
use super::settings::{Options, Settings};
use crate::client::ClientAddrSource;
use crate::credential::{CredentialSources, QueryParameter};
use crate::invalid::InvalidValue;
use crate::record::Audience;
use crate::response::{Manner, ProblemResponder, Realm, ResourceMetadata};
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
pub struct PatAuthLayer<R = ProblemResponder> {
    settings: Arc<Settings<R>>,
}

impl PatAuthLayer {
    /// A layer that asks this verifier.
    #[must_use]
    pub fn new(verifier: PatVerifier) -> Self {
        let options = Options {
            verifier,
            sources: CredentialSources::default(),
            query: None,
            client: None,
            audience: None,
            manner: Manner::default(),
            anonymous: false,
            removes: false,
            informs: false,
        };
        Self { settings: Arc::new(Settings { options, responder: Arc::new(ProblemResponder) }) }
    }
}

impl<R> PatAuthLayer<R> {
    #[cfg(feature = "axum")]
    pub(crate) fn verifier(&self) -> &PatVerifier {
        &self.settings.options.verifier
    }

    /// Sets where in a request a token may stand; `Authorization: Bearer` alone by default.
    ///
    /// ```
    /// # use tower_pat::resolver::{Answer, ResolveError, resolver_fn};
    /// # use tower_pat::token::TokenDigest;
    /// use tower_pat::credential::CredentialSources;
    /// # use tower_pat::{PatAuthLayer, PatVerifier, TokenFormat};
    /// # let resolver = resolver_fn(|_: TokenDigest| async { Ok::<_, ResolveError>(Answer::Unknown) });
    /// # let verifier = PatVerifier::new(TokenFormat::new("acme_pat")?, resolver);
    /// let layer = PatAuthLayer::new(verifier).with_sources(CredentialSources::github());
    /// # Ok::<(), tower_pat::invalid::InvalidValue>(())
    /// ```
    #[must_use]
    pub fn with_sources(mut self, sources: impl Into<CredentialSources>) -> Self {
        self.options_mut().sources = sources.into();
        self
    }

    /// Accepts a token in this parameter of the query too ([RFC 6750, section 2.3]), as `?access_token=…`.
    ///
    /// Insecure, since addresses are written to logs, histories and `Referer` headers. The inner service sees the
    /// address without the parameter. Whoever stands outside of the layer sees it whole: proxies, the log of an outer
    /// layer such as tower-http's tracing, and axum's `OriginalUri`, which the router notes before the layer is called.
    ///
    /// Responses to a token get `Cache-Control: private`, unless the inner service has set that header; so they do where a
    /// token may stand in a header of its own.
    ///
    /// # Errors
    ///
    /// Unless the name is 1 to 100 letters, digits, `-` and `_`.
    ///
    /// ```
    /// # use tower_pat::resolver::{Answer, ResolveError, resolver_fn};
    /// # use tower_pat::token::TokenDigest;
    /// # use tower_pat::{PatAuthLayer, PatVerifier, TokenFormat};
    /// # let resolver = resolver_fn(|_: TokenDigest| async { Ok::<_, ResolveError>(Answer::Unknown) });
    /// # let verifier = PatVerifier::new(TokenFormat::new("acme_pat")?, resolver);
    /// let layer = PatAuthLayer::new(verifier).with_insecure_query_parameter("access_token")?;
    /// # Ok::<(), tower_pat::invalid::InvalidValue>(())
    /// ```
    ///
    /// [RFC 6750, section 2.3]: https://www.rfc-editor.org/rfc/rfc6750#section-2.3
    pub fn with_insecure_query_parameter(mut self, name: &str) -> Result<Self, InvalidValue> {
        self.options_mut().query = Some(QueryParameter::parse(name)?);
        Ok(self)
    }

    /// Sets where the address of a client comes from: see [`crate::client`]. By default it is not known, and a token that is
    /// only allowed from some networks is denied.
    ///
    /// Look-ups that wait for their turn have it by this address too: without it, a client that tries made-up tokens keeps
    /// out the good ones of others that are not remembered
    /// ([`with_max_loads`](crate::verifier::PatVerifierBuilder::with_max_loads)).
    ///
    /// In axum, serve the router by `into_make_service_with_connect_info::<SocketAddr>()`: otherwise nobody knows the peer
    /// of a connection, and no client has an address.
    ///
    /// ```
    /// # use tower_pat::resolver::{Answer, ResolveError, resolver_fn};
    /// # use tower_pat::token::TokenDigest;
    /// use tower_pat::client::TrustedProxies;
    /// # use tower_pat::{PatAuthLayer, PatVerifier, TokenFormat};
    /// # let resolver = resolver_fn(|_: TokenDigest| async { Ok::<_, ResolveError>(Answer::Unknown) });
    /// # let verifier = PatVerifier::new(TokenFormat::new("acme_pat")?, resolver);
    /// let proxies = TrustedProxies::x_forwarded_for(["10.0.0.0/24"])?;
    /// let layer = PatAuthLayer::new(verifier).with_client_addr(proxies);
    /// # Ok::<(), tower_pat::invalid::InvalidValue>(())
    /// ```
    #[must_use]
    pub fn with_client_addr(mut self, source: impl ClientAddrSource) -> Self {
        self.options_mut().client = Some(Arc::new(source));
        self
    }

    /// Sets which service this is; a token that is meant for others is denied. The
    /// [verifier's](crate::verifier::PatVerifierBuilder::with_audience) by default.
    ///
    /// ```
    /// # use tower_pat::resolver::{Answer, ResolveError, resolver_fn};
    /// # use tower_pat::token::TokenDigest;
    /// use tower_pat::record::Audience;
    /// # use tower_pat::{PatAuthLayer, PatVerifier, TokenFormat};
    /// # let resolver = resolver_fn(|_: TokenDigest| async { Ok::<_, ResolveError>(Answer::Unknown) });
    /// # let verifier = PatVerifier::new(TokenFormat::new("acme_pat")?, resolver);
    /// let layer = PatAuthLayer::new(verifier).with_audience(Audience::parse("invoices")?);
    /// # Ok::<(), tower_pat::invalid::InvalidValue>(())
    /// ```
    #[must_use]
    pub fn with_audience(mut self, audience: Audience) -> Self {
        self.options_mut().audience = Some(audience);
        self
    }

    /// Takes the token out of the request that the inner service sees, for one that passes its requests on. Without it
    /// the header stays, marked as sensitive. An `Authorization` that no token was read from stays in any case.
    ///
    /// ```
    /// # use tower_pat::resolver::{Answer, ResolveError, resolver_fn};
    /// # use tower_pat::token::TokenDigest;
    /// # use tower_pat::{PatAuthLayer, PatVerifier, TokenFormat};
    /// # let resolver = resolver_fn(|_: TokenDigest| async { Ok::<_, ResolveError>(Answer::Unknown) });
    /// # let verifier = PatVerifier::new(TokenFormat::new("acme_pat")?, resolver);
    /// let layer = PatAuthLayer::new(verifier).with_credential_removal();
    /// # Ok::<(), tower_pat::invalid::InvalidValue>(())
    /// ```
    #[must_use]
    pub fn with_credential_removal(mut self) -> Self {
        self.options_mut().removes = true;
        self
    }

    /// Lets requests without a token pass; handlers tell them by `Option<PatPrincipal>`, and guards deny them.
    ///
    /// A bad token is still refused, and so is any token while it cannot be checked. What stands where the layer accepts
    /// no token is none: such as an `Authorization` of another scheme.
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
        self.options_mut().anonymous = true;
        self
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
        self.options_mut().manner.realm = Realm::parse(realm)?;
        Ok(self)
    }

    /// Challenges with the scheme `Basic` too ([RFC 7617, section 2]), where a token is missing or not accepted.
    ///
    /// git and similar clients send what they have only after such a challenge; a browser shows a dialogue. Whether Basic
    /// is accepted, the [sources](Self::with_sources) say.
    ///
    /// ```
    /// # use tower_pat::resolver::{Answer, ResolveError, resolver_fn};
    /// # use tower_pat::token::TokenDigest;
    /// use tower_pat::credential::CredentialSources;
    /// # use tower_pat::{PatAuthLayer, PatVerifier, TokenFormat};
    /// # let resolver = resolver_fn(|_: TokenDigest| async { Ok::<_, ResolveError>(Answer::Unknown) });
    /// # let verifier = PatVerifier::new(TokenFormat::new("acme_pat")?, resolver);
    /// let layer = PatAuthLayer::new(verifier).with_sources(CredentialSources::git()).with_basic_challenge();
    /// # Ok::<(), tower_pat::invalid::InvalidValue>(())
    /// ```
    ///
    /// [RFC 7617, section 2]: https://www.rfc-editor.org/rfc/rfc7617#section-2
    #[must_use]
    pub fn with_basic_challenge(mut self) -> Self {
        self.options_mut().manner.basic = true;
        self
    }

    /// Names in challenges where the metadata of this resource can be read ([RFC 9728, section 5.1]).
    ///
    /// # Errors
    ///
    /// Unless it is an `http` or `https` URL of at most 2000 bytes.
    ///
    /// ```
    /// # use tower_pat::resolver::{Answer, ResolveError, resolver_fn};
    /// # use tower_pat::token::TokenDigest;
    /// # use tower_pat::{PatAuthLayer, PatVerifier, TokenFormat};
    /// # let resolver = resolver_fn(|_: TokenDigest| async { Ok::<_, ResolveError>(Answer::Unknown) });
    /// # let verifier = PatVerifier::new(TokenFormat::new("acme_pat")?, resolver);
    /// let address = "https://api.acme.example/.well-known/oauth-protected-resource";
    /// let layer = PatAuthLayer::new(verifier).with_resource_metadata(address)?;
    /// # Ok::<(), tower_pat::invalid::InvalidValue>(())
    /// ```
    ///
    /// [RFC 9728, section 5.1]: https://www.rfc-editor.org/rfc/rfc9728#section-5.1
    pub fn with_resource_metadata(mut self, url: &str) -> Result<Self, InvalidValue> {
        self.options_mut().manner.resource_metadata = Some(ResourceMetadata::parse(url)?);
        Ok(self)
    }

    /// Names neither the scopes that a token lacks nor those that it holds when it denies for want of a scope.
    ///
    /// ```
    /// # use tower_pat::resolver::{Answer, ResolveError, resolver_fn};
    /// # use tower_pat::token::TokenDigest;
    /// # use tower_pat::{PatAuthLayer, PatVerifier, TokenFormat};
    /// # let resolver = resolver_fn(|_: TokenDigest| async { Ok::<_, ResolveError>(Answer::Unknown) });
    /// # let verifier = PatVerifier::new(TokenFormat::new("acme_pat")?, resolver);
    /// let layer = PatAuthLayer::new(verifier).with_undisclosed_scopes();
    /// # Ok::<(), tower_pat::invalid::InvalidValue>(())
    /// ```
    #[must_use]
    pub fn with_undisclosed_scopes(mut self) -> Self {
        self.options_mut().manner.discreet = true;
        self
    }

    /// Answers a token that lacks a scope with 404, as if nothing were there, in place of 403.
    ///
    /// What is truly not there should look the same: have a fallback answer with the same document, or a
    /// [responder](Self::with_responder) with that of the fallback. A router still answers another method of a hidden path
    /// with 405, unless the guard stands around the route, as [`RequireScopeLayer`](crate::guard::RequireScopeLayer) can.
    ///
    /// ```
    /// # use tower_pat::resolver::{Answer, ResolveError, resolver_fn};
    /// # use tower_pat::token::TokenDigest;
    /// # use tower_pat::{PatAuthLayer, PatVerifier, TokenFormat};
    /// # let resolver = resolver_fn(|_: TokenDigest| async { Ok::<_, ResolveError>(Answer::Unknown) });
    /// # let verifier = PatVerifier::new(TokenFormat::new("acme_pat")?, resolver);
    /// let layer = PatAuthLayer::new(verifier).with_concealment();
    /// # Ok::<(), tower_pat::invalid::InvalidValue>(())
    /// ```
    #[must_use]
    pub fn with_concealment(mut self) -> Self {
        self.options_mut().manner.conceals = true;
        self
    }

    /// Tells clients about their tokens, in headers of each response of the inner service to an accepted one:
    ///
    /// - `X-OAuth-Scopes`: the scopes that the token holds, with `, ` between them;
    /// - `X-Accepted-OAuth-Scopes`: the scopes that the guards of the route name;
    /// - `X-Token-Expires-At`: when the token expires ([RFC 3339]), if it does.
    ///
    /// A denial for want of a scope has them too, unless scopes are [not disclosed](Self::with_undisclosed_scopes); one that
    /// is [concealed](Self::with_concealment) names no accepted scopes, like a response where nothing is. Of several layers
    /// that tell, the innermost does.
    ///
    /// ```
    /// # use tower_pat::resolver::{Answer, ResolveError, resolver_fn};
    /// # use tower_pat::token::TokenDigest;
    /// # use tower_pat::{PatAuthLayer, PatVerifier, TokenFormat};
    /// # let resolver = resolver_fn(|_: TokenDigest| async { Ok::<_, ResolveError>(Answer::Unknown) });
    /// # let verifier = PatVerifier::new(TokenFormat::new("acme_pat")?, resolver);
    /// let layer = PatAuthLayer::new(verifier).with_informational_headers();
    /// # Ok::<(), tower_pat::invalid::InvalidValue>(())
    /// ```
    ///
    /// [RFC 3339]: https://www.rfc-editor.org/rfc/rfc3339
    #[must_use]
    pub fn with_informational_headers(mut self) -> Self {
        self.options_mut().informs = true;
        self
    }

    /// Says denials in another way, those of guards, extractors and handlers inside included, unless others on the way have
    /// made another response of one: see [`crate::response`].
    ///
    /// ```
    /// # use tower_pat::resolver::{Answer, ResolveError, resolver_fn};
    /// # use tower_pat::token::TokenDigest;
    /// use tower_pat::response::BodilessResponder;
    /// # use tower_pat::{PatAuthLayer, PatVerifier, TokenFormat};
    /// # let resolver = resolver_fn(|_: TokenDigest| async { Ok::<_, ResolveError>(Answer::Unknown) });
    /// # let verifier = PatVerifier::new(TokenFormat::new("acme_pat")?, resolver);
    /// let layer = PatAuthLayer::new(verifier).with_responder(BodilessResponder);
    /// # Ok::<(), tower_pat::invalid::InvalidValue>(())
    /// ```
    #[must_use]
    pub fn with_responder<T>(self, responder: T) -> PatAuthLayer<T> {
        let settings = Settings { options: self.settings.options.clone(), responder: Arc::new(responder) };
        PatAuthLayer { settings: Arc::new(settings) }
    }

    fn options_mut(&mut self) -> &mut Options {
        &mut Arc::make_mut(&mut self.settings).options
    }
}

impl<S, R> Layer<S> for PatAuthLayer<R> {
    type Service = PatAuth<S, R>;

    fn layer(&self, inner: S) -> Self::Service {
        PatAuth::new(inner, Arc::clone(&self.settings))
    }
}

/// A responder need not be clonable.
impl<R> Clone for PatAuthLayer<R> {
    fn clone(&self) -> Self {
        Self { settings: Arc::clone(&self.settings) }
    }
}

impl<R> fmt::Debug for PatAuthLayer<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PatAuthLayer").field("options", &self.settings.options).finish_non_exhaustive()
    }
}
