use std::mem;
use std::sync::Arc;
use std::task::{Context, Poll};

use bytes::Bytes;
use http::{HeaderMap, Request, Response};
use tower::Service;

use super::admit::admit;
use super::future::ResponseFuture;
use super::settings::Settings;
use crate::credential;
use crate::denial::Denial;
use crate::principal::PatPrincipal;
use crate::response::refuse;
use crate::verifier::{Check, Loading, VerifyContext};

/// The service that [`PatAuthLayer`](super::PatAuthLayer) puts around another: any Tower service of HTTP requests whose
/// response body can be made from [`Bytes`], such as axum's and `Full<Bytes>`. A layer that gives another body, such
/// as tower-http's tracing, stands outside; or `tower_http::map_response_body` stands between.
///
/// ```
/// use bytes::Bytes;
/// use http::{Request, Response, StatusCode};
/// # use tower_pat::resolver::{Answer, ResolveError, resolver_fn};
/// # use tower_pat::token::TokenDigest;
/// use tower::{Layer, ServiceExt, service_fn};
/// use tower_pat::{PatAuthLayer, PatVerifier, TokenFormat};
///
/// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let resolver = resolver_fn(|_: TokenDigest| async { Ok::<_, ResolveError>(Answer::Unknown) });
/// let verifier = PatVerifier::new(TokenFormat::new("acme_pat")?, resolver);
/// let inner = service_fn(|_: Request<Bytes>| async { Ok::<_, std::io::Error>(Response::new(Bytes::new())) });
///
/// let response = PatAuthLayer::new(verifier).layer(inner).oneshot(Request::default()).await?;
/// assert_eq!(response.status(), StatusCode::UNAUTHORIZED);
/// # Ok(()) }
/// ```
#[derive(Debug, Clone)]
pub struct PatAuth<S> {
    inner: S,
    settings: Arc<Settings>,
}

/// What becomes of a request.
enum Passage {
    Free(Option<PatPrincipal>),
    Waiting(Loading),
    Denied(Denial),
}

impl<S> PatAuth<S> {
    pub(super) fn new(inner: S, settings: Arc<Settings>) -> Self {
        Self { inner, settings }
    }

    fn passage(&self, headers: &HeaderMap, context: &VerifyContext) -> Passage {
        let token = match credential::bearer(headers) {
            Ok(Some(token)) => token,
            Ok(None) if self.settings.anonymous => return Passage::Free(None),
            Ok(None) => return Passage::Denied(Denial::MissingCredential),
            Err(invalid) => return Passage::Denied(Denial::InvalidRequest(invalid)),
        };
        match self.settings.verifier.check(token, context) {
            Check::Decided(Ok(principal)) => Passage::Free(Some(principal)),
            Check::Decided(Err(denial)) => Passage::Denied(denial),
            Check::Undecided(loading) => Passage::Waiting(loading),
        }
    }
}

impl<S, ReqBody, ResBody> Service<Request<ReqBody>> for PatAuth<S>
where
    S: Service<Request<ReqBody>, Response = Response<ResBody>> + Clone,
    ResBody: From<Bytes>,
{
    type Response = Response<ResBody>;
    type Error = S::Error;
    type Future = ResponseFuture<S, ReqBody>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, mut request: Request<ReqBody>) -> Self::Future {
        let nothing = VerifyContext::default();
        let context = request.extensions().get::<VerifyContext>().unwrap_or(&nothing);
        let settings = Arc::clone(&self.settings);
        match self.passage(request.headers(), context) {
            Passage::Free(principal) => {
                admit(&mut request, principal);
                ResponseFuture::passing(self.inner.call(request), settings)
            }
            Passage::Waiting(loading) => {
                let unready = self.inner.clone();
                // The instance that was polled ready is the one to be called.
                let ready = mem::replace(&mut self.inner, unready);
                let verification = settings.verifier.clone().load(loading, context.clone());
                ResponseFuture::waiting(verification, ready, request, settings)
            }
            Passage::Denied(denial) => ResponseFuture::denied(refuse(&denial, &settings.realm), settings),
        }
    }
}
