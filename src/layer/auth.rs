use std::fmt;
use std::mem;
use std::sync::Arc;
use std::task::{Context, Poll};

use http::{Request, Response};
use tower::Service;

use super::escort::Escort;
use super::future::{Held, ResponseFuture};
use super::passage::Passage;
use super::settings::Settings;
use super::trace;
use crate::response::{Asked, ProblemResponder, Responder};

/// The service that [`PatAuthLayer`](super::PatAuthLayer) puts around another: any Tower service of HTTP requests whose
/// response body its [`Responder`] can make. By default that is every body that can be made from
/// [`Bytes`](bytes::Bytes), such as axum's and `Full<Bytes>`.
///
/// Readiness and errors are those of the service inside. The instance that was polled ready is the one that is called; a
/// request that is denied gives it up, and with it what it has reserved.
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
pub struct PatAuth<S, R = ProblemResponder> {
    inner: S,
    settings: Arc<Settings<R>>,
}

impl<S, R> PatAuth<S, R> {
    pub(super) fn new(inner: S, settings: Arc<Settings<R>>) -> Self {
        Self { inner, settings }
    }
}

/// A responder need not be clonable.
impl<S: Clone, R> Clone for PatAuth<S, R> {
    fn clone(&self) -> Self {
        Self { inner: self.inner.clone(), settings: Arc::clone(&self.settings) }
    }
}

impl<S, R, ReqBody, ResBody> Service<Request<ReqBody>> for PatAuth<S, R>
where
    S: Service<Request<ReqBody>, Response = Response<ResBody>> + Clone,
    R: Responder<ResBody>,
{
    type Response = Response<ResBody>;
    type Error = S::Error;
    type Future = ResponseFuture<S, ReqBody, R>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, mut request: Request<ReqBody>) -> Self::Future {
        let settings = Arc::clone(&self.settings);
        let asked = Asked::by(&request);
        let context = settings.options.context(&request);
        match settings.options.passage(&request, &context) {
            Passage::Free(principal) => {
                settings.options.hide(&mut request);
                let escort = Escort::admit(&settings, &mut request, asked, principal);
                let response = {
                    let _entered = escort.span.enter();
                    self.inner.call(request)
                };
                ResponseFuture::passing(response, escort, settings)
            }
            Passage::Waiting(loading) => {
                settings.options.hide(&mut request);
                let unready = self.inner.clone();
                // The instance that was polled ready is the one to be called.
                let ready = mem::replace(&mut self.inner, unready);
                let verification = settings.options.verifier.clone().load(loading, context);
                ResponseFuture::waiting(verification, Held { ready, request, asked }, settings)
            }
            Passage::Denied(denial) => {
                trace::denied(&denial, context.client_addr());
                // What the ready instance has reserved, such as a place under a limit, goes back with it.
                self.inner = self.inner.clone();
                ResponseFuture::denied(settings.deny(&denial, asked), settings)
            }
        }
    }
}

impl<S: fmt::Debug, R> fmt::Debug for PatAuth<S, R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (inner, options) = (&self.inner, &self.settings.options);
        f.debug_struct("PatAuth").field("inner", inner).field("options", options).finish_non_exhaustive()
    }
}
