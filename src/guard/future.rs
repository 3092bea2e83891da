use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use http::Response;
use pin_project_lite::pin_project;

use crate::denial::Denial;
use crate::response::deny;

pin_project! {
    /// The answer of [`RequireScope`](super::RequireScope): that of the service inside, or a denial.
    ///
    /// ```
    /// use tower_pat::guard::ResponseFuture;
    ///
    /// type Answer = ResponseFuture<std::future::Ready<Result<http::Response<String>, std::io::Error>>>;
    /// assert!(size_of::<Answer>() > 0);
    /// ```
    #[derive(Debug)]
    pub struct ResponseFuture<F> {
        #[pin]
        state: State<F>,
    }
}

pin_project! {
    #[project = StateProjection]
    #[derive(Debug)]
    enum State<F> {
        Passed { #[pin] future: F },
        Denied { denial: Option<Denial> },
    }
}

impl<F> ResponseFuture<F> {
    pub(super) fn passed(future: F) -> Self {
        let state = State::Passed { future };
        Self { state }
    }

    pub(super) fn denied(denial: Denial) -> Self {
        let state = State::Denied { denial: Some(denial) };
        Self { state }
    }
}

impl<F, B, E> Future for ResponseFuture<F>
where
    F: Future<Output = Result<Response<B>, E>>,
    B: From<Bytes>,
{
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        match self.project().state.project() {
            StateProjection::Passed { future } => future.poll(cx),
            StateProjection::Denied { denial } => {
                let denial = denial.take().expect("a future is not polled after it is ready");
                Poll::Ready(Ok(deny(denial)))
            }
        }
    }
}
