use std::fmt;
use std::sync::Arc;
use std::task::{Context, Poll};

use http::{Request, Response};
use tower::Service;

use super::future::ResponseFuture;
use super::terms::Terms;
use crate::response::{ProblemResponder, Responder};

/// The service of [`RequireScopeLayer`](super::RequireScopeLayer).
///
/// Readiness and errors are those of the service inside. A request that is denied gives up the instance that was polled
/// ready, and with it what that has reserved; its body is dropped unread.
///
/// ```
/// use tower::{Layer, service_fn};
/// use tower_pat::guard::{RequireScope, RequireScopeLayer};
///
/// let echo = service_fn(|body: String| async move { Ok::<_, std::io::Error>(body) });
/// let guarded: RequireScope<_> = RequireScopeLayer::new("echo").layer(echo);
/// ```
pub struct RequireScope<S, R = ProblemResponder> {
    inner: S,
    terms: Arc<Terms<R>>,
}

impl<S, R> RequireScope<S, R> {
    pub(super) fn new(inner: S, terms: Arc<Terms<R>>) -> Self {
        Self { inner, terms }
    }
}

impl<S, R, ReqBody, ResBody> Service<Request<ReqBody>> for RequireScope<S, R>
where
    S: Service<Request<ReqBody>, Response = Response<ResBody>> + Clone,
    R: Responder<ResBody>,
{
    type Response = S::Response;
    type Error = S::Error;
    type Future = ResponseFuture<S::Future, S::Response>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, mut request: Request<ReqBody>) -> Self::Future {
        match self.terms.check(&mut request) {
            Ok(()) => ResponseFuture::passed(self.inner.call(request)),
            Err(denial) => {
                // What the ready instance has reserved, such as a place under a limit, goes back with it.
                self.inner = self.inner.clone();
                ResponseFuture::denied(self.terms.deny(denial, &request))
            }
        }
    }
}

/// A responder need not be clonable.
impl<S: Clone, R> Clone for RequireScope<S, R> {
    fn clone(&self) -> Self {
        Self::new(self.inner.clone(), Arc::clone(&self.terms))
    }
}

impl<S: fmt::Debug, R> fmt::Debug for RequireScope<S, R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (inner, rule) = (&self.inner, self.terms.rule());
        f.debug_struct("RequireScope").field("inner", inner).field("rule", rule).finish_non_exhaustive()
    }
}

#[cfg(test)]
#[cfg(not(model))]
mod tests {
    use std::task::Poll;

    use bytes::Bytes;
    use http::{Request, Response, StatusCode};
    use http_body_util::Full;
    use tower::Layer;
    use tower_test::mock::{Handle, Mock, Spawn, spawn_with};
    use uuid::Uuid;

    use super::RequireScope;
    use crate::caller::admit_anonymous;
    use crate::denial::Denial;
    use crate::guard::rule::Rule;
    use crate::guard::{GrpcRequirements, RequireScopeLayer};
    use crate::principal::PatPrincipal;
    use crate::record::{OwnerId, PatRecord, TokenId};
    use crate::requirement::Access;

    type Answer = Response<Full<Bytes>>;
    type Guarded = Spawn<RequireScope<Mock<Request<()>, Answer>>>;

    fn guarded() -> (Guarded, Handle<Request<()>, Answer>) {
        spawn_with(|inner| RequireScopeLayer::new("a").layer(inner))
    }

    fn request(scopes: &str) -> Request<()> {
        let owner = OwnerId::parse("alice").unwrap();
        let record = PatRecord::new(TokenId::from_uuid(Uuid::from_u128(7)), owner);
        let mut request = Request::new(());
        let caller = PatPrincipal::new(record.with_scopes(scopes.parse().unwrap()));
        request.extensions_mut().insert(caller);
        request
    }

    #[tokio::test]
    async fn readiness_is_that_of_the_service_inside() {
        let (mut guarded, mut inner) = guarded();
        inner.allow(0);
        assert!(guarded.poll_ready().is_pending());
        inner.allow(1);
        assert!(matches!(guarded.poll_ready(), Poll::Ready(Ok(()))));
        inner.send_error("inner is broken");
        assert!(matches!(guarded.poll_ready(), Poll::Ready(Err(_))));
    }

    #[tokio::test]
    async fn denied_request_does_not_reach_the_service_inside() {
        let (mut guarded, mut inner) = guarded();
        inner.allow(1);
        assert!(guarded.poll_ready().is_ready());
        let answer = guarded.call(request("b"));
        assert!(inner.poll_request().is_pending());
        assert_eq!(answer.await.unwrap().status(), StatusCode::FORBIDDEN);
    }

    /// "Any token" is not "no token".
    #[tokio::test]
    async fn service_that_is_open_to_any_token_is_closed_to_callers_without_one() {
        let requirements = GrpcRequirements::new().with_service("a.S", Access::AnyToken);
        for (inside, status) in [(true, StatusCode::OK), (false, StatusCode::INTERNAL_SERVER_ERROR)] {
            let (mut guarded, mut inner): (Guarded, Handle<_, Answer>) =
                spawn_with(|inner| RequireScopeLayer::grpc(requirements.clone()).layer(inner));
            inner.allow(1);
            assert!(guarded.poll_ready().is_ready());
            let mut request = if inside { request("") } else { Request::new(()) };
            *request.uri_mut() = "/a.S/M".parse().unwrap();
            let answer = guarded.call(request);
            let called = inner.poll_request();
            assert_eq!(called.is_ready(), inside);
            if let Poll::Ready(Some((_, reply))) = called {
                reply.send_response(Response::default());
            }
            assert_eq!(answer.await.unwrap().status(), status);
        }
        let mut anonymous = Request::get("/a.S/M").body(()).unwrap();
        admit_anonymous(anonymous.extensions_mut());
        assert_eq!(Rule::Grpc(requirements).check(&mut anonymous), Err(Denial::MissingCredential));
        let public = Rule::Always(Access::Public);
        assert_eq!(public.check(&mut anonymous), Ok(()));
        assert_eq!(public.check(&mut Request::new(())), Ok(()));
    }

    #[tokio::test]
    async fn errors_are_those_of_the_service_inside() {
        let (mut guarded, mut inner) = guarded();
        assert!(guarded.poll_ready().is_ready());
        let answer = guarded.call(request("a"));
        let (_, reply) = inner.next_request().await.unwrap();
        reply.send_error("inner is broken");
        assert_eq!(answer.await.unwrap_err().to_string(), "inner is broken");
    }
}
