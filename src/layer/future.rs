use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use http::{Request, Response};
use pin_project_lite::pin_project;
use tower::Service;

use super::admit::admit;
use super::settings::Settings;
use crate::denial::Denial;
use crate::principal::PatPrincipal;
use crate::response::{refuse, restate};

pin_project! {
    /// The response of [`PatAuth`](super::PatAuth).
    ///
    /// ```
    /// # use tower_pat::resolver::{Answer, ResolveError, resolver_fn};
    /// # use tower_pat::token::TokenDigest;
    /// use http::{Request, StatusCode};
    /// use tower::{Layer, Service};
    /// use tower_pat::layer::{PatAuth, ResponseFuture};
    /// use tower_pat::{PatAuthLayer, PatVerifier, TokenFormat};
    ///
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let resolver = resolver_fn(|_: TokenDigest| async { Ok::<_, ResolveError>(Answer::Unknown) });
    /// # let verifier = PatVerifier::new(TokenFormat::new("acme_pat")?, resolver);
    /// let mut service: PatAuth<axum::Router> = PatAuthLayer::new(verifier).layer(axum::Router::new());
    /// let response: ResponseFuture<axum::Router, axum::body::Body> = service.call(Request::default());
    /// assert_eq!(response.await?.status(), StatusCode::UNAUTHORIZED);
    /// # Ok(()) }
    /// ```
    pub struct ResponseFuture<S, ReqBody>
    where
        S: Service<Request<ReqBody>>,
    {
        #[pin]
        state: State<S, ReqBody, S::Future, S::Response>,
        settings: Arc<Settings>,
    }
}

pin_project! {
    #[project = StateProjection]
    enum State<S, ReqBody, F, R> {
        /// The inner service is at work.
        Passing {
            #[pin]
            response: F,
        },
        /// The resolver is being asked.
        Waiting { held: Option<Box<Held<S, ReqBody>>> },
        Denied { response: Option<R> },
    }
}

/// A request that waits for its token to be checked, and the ready service that will take it.
struct Held<S, ReqBody> {
    verification: Pin<Box<dyn Future<Output = Result<PatPrincipal, Denial>> + Send>>,
    ready: S,
    request: Request<ReqBody>,
}

impl<S, ReqBody> ResponseFuture<S, ReqBody>
where
    S: Service<Request<ReqBody>>,
{
    pub(super) fn passing(response: S::Future, settings: Arc<Settings>) -> Self {
        let state = State::Passing { response };
        Self { state, settings }
    }

    pub(super) fn denied(response: S::Response, settings: Arc<Settings>) -> Self {
        let state = State::Denied { response: Some(response) };
        Self { state, settings }
    }

    pub(super) fn waiting(
        verification: impl Future<Output = Result<PatPrincipal, Denial>> + Send + 'static,
        ready: S,
        request: Request<ReqBody>,
        settings: Arc<Settings>,
    ) -> Self {
        let held = Some(Box::new(Held { verification: Box::pin(verification), ready, request }));
        let state = State::Waiting { held };
        Self { state, settings }
    }
}

impl<S, ReqBody, ResBody> Future for ResponseFuture<S, ReqBody>
where
    S: Service<Request<ReqBody>, Response = Response<ResBody>>,
    ResBody: From<Bytes>,
{
    type Output = Result<Response<ResBody>, S::Error>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let mut this = self.project();
        loop {
            let next = match this.state.as_mut().project() {
                StateProjection::Passing { response } => {
                    let response = ready!(response.poll(cx))?;
                    return Poll::Ready(Ok(restate(response, &this.settings.realm)));
                }
                StateProjection::Denied { response } => {
                    let response = response.take().expect("a future is not polled after it is ready");
                    return Poll::Ready(Ok(response));
                }
                StateProjection::Waiting { held } => {
                    let waiting = held.as_mut().expect("a request is held while it waits");
                    let decision = ready!(waiting.verification.as_mut().poll(cx));
                    let held = held.take().expect("a request is held while it waits");
                    held.resume(decision, this.settings)
                }
            };
            this.state.set(next);
        }
    }
}

impl<S, ReqBody, ResBody> Held<S, ReqBody>
where
    S: Service<Request<ReqBody>, Response = Response<ResBody>>,
    ResBody: From<Bytes>,
{
    fn resume(
        mut self,
        decision: Result<PatPrincipal, Denial>,
        settings: &Settings,
    ) -> State<S, ReqBody, S::Future, S::Response> {
        match decision {
            Ok(principal) => {
                admit(&mut self.request, Some(principal));
                let response = self.ready.call(self.request);
                State::Passing { response }
            }
            Err(denial) => State::Denied { response: Some(refuse(&denial, &settings.realm)) },
        }
    }
}

impl<S, ReqBody> fmt::Debug for ResponseFuture<S, ReqBody>
where
    S: Service<Request<ReqBody>>,
{
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ResponseFuture").finish_non_exhaustive()
    }
}
