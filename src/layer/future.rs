use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use http::{Request, Response};
use pin_project_lite::pin_project;
use tower::Service;

use super::escort::Escort;
use super::settings::Settings;
use super::trace;
use crate::denial::Denial;
use crate::principal::PatPrincipal;
use crate::response::{Asked, ProblemResponder, Responder};

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
    pub struct ResponseFuture<S, ReqBody, R = ProblemResponder>
    where
        S: Service<Request<ReqBody>>,
    {
        #[pin]
        state: State<S, ReqBody, S::Future, S::Response>,
        settings: Arc<Settings<R>>,
    }
}

pin_project! {
    #[project = StateProjection]
    enum State<S, ReqBody, F, R> {
        /// The inner service is at work.
        Passing {
            #[pin]
            response: F,
            escort: Escort,
        },
        /// The resolver is being asked.
        Waiting { verification: Verification, held: Option<Box<Held<S, ReqBody>>> },
        Denied { response: Option<R> },
    }
}

type Verification = Pin<Box<dyn Future<Output = Result<PatPrincipal, Denial>> + Send>>;

/// A request that waits for its token to be checked, and the ready service that will take it.
pub(super) struct Held<S, ReqBody> {
    pub(super) ready: S,
    pub(super) request: Request<ReqBody>,
    pub(super) asked: Asked,
}

impl<S, ReqBody, R> ResponseFuture<S, ReqBody, R>
where
    S: Service<Request<ReqBody>>,
{
    pub(super) fn passing(response: S::Future, escort: Escort, settings: Arc<Settings<R>>) -> Self {
        let state = State::Passing { response, escort };
        Self { state, settings }
    }

    pub(super) fn denied(response: S::Response, settings: Arc<Settings<R>>) -> Self {
        let state = State::Denied { response: Some(response) };
        Self { state, settings }
    }

    pub(super) fn waiting(
        verification: impl Future<Output = Result<PatPrincipal, Denial>> + Send + 'static,
        held: Held<S, ReqBody>,
        settings: Arc<Settings<R>>,
    ) -> Self {
        let state = State::Waiting { verification: Box::pin(verification), held: Some(Box::new(held)) };
        Self { state, settings }
    }
}

impl<S, ReqBody, ResBody, R> Future for ResponseFuture<S, ReqBody, R>
where
    S: Service<Request<ReqBody>, Response = Response<ResBody>>,
    R: Responder<ResBody>,
{
    type Output = Result<Response<ResBody>, S::Error>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let mut this = self.project();
        loop {
            let next = match this.state.as_mut().project() {
                StateProjection::Passing { response, escort } => {
                    let response = ready!(escort.span.in_scope(|| response.poll(cx)));
                    return Poll::Ready(match response {
                        Ok(response) => Ok(escort.bring_back(this.settings, response)),
                        Err(error) => {
                            escort.pass();
                            Err(error)
                        }
                    });
                }
                StateProjection::Denied { response } => {
                    let response = response.take().expect("a future is not polled after it is ready");
                    return Poll::Ready(Ok(response));
                }
                StateProjection::Waiting { verification, held } => {
                    let decision = ready!(verification.as_mut().poll(cx));
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
{
    fn resume<R: Responder<ResBody>>(
        mut self,
        decision: Result<PatPrincipal, Denial>,
        settings: &Settings<R>,
    ) -> State<S, ReqBody, S::Future, S::Response> {
        match decision {
            Ok(principal) => {
                let escort = Escort::admit(settings, &mut self.request, self.asked, Some(principal));
                let response = escort.span.in_scope(|| self.ready.call(self.request));
                State::Passing { response, escort }
            }
            Err(denial) => {
                trace::denied(&denial, None);
                State::Denied { response: Some(settings.deny(&denial, self.asked)) }
            }
        }
    }
}

impl<S, ReqBody, R> fmt::Debug for ResponseFuture<S, ReqBody, R>
where
    S: Service<Request<ReqBody>>,
{
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ResponseFuture").finish_non_exhaustive()
    }
}
