use std::pin::Pin;
use std::task::{Context, Poll};

use pin_project_lite::pin_project;

pin_project! {
    /// The answer of [`RequireScope`](super::RequireScope): that of the service inside, or a denial.
    ///
    /// ```
    /// use http::Response;
    /// use tower_pat::guard::ResponseFuture;
    ///
    /// type Inner = std::future::Ready<Result<Response<String>, std::io::Error>>;
    /// assert!(size_of::<ResponseFuture<Inner, Response<String>>>() > 0);
    /// ```
    #[derive(Debug)]
    pub struct ResponseFuture<F, T> {
        #[pin]
        state: State<F, T>,
    }
}

pin_project! {
    #[project = StateProjection]
    #[derive(Debug)]
    enum State<F, T> {
        Passed { #[pin] future: F },
        Denied { response: Option<T> },
    }
}

impl<F, T> ResponseFuture<F, T> {
    pub(super) fn passed(future: F) -> Self {
        let state = State::Passed { future };
        Self { state }
    }

    pub(super) fn denied(response: T) -> Self {
        let state = State::Denied { response: Some(response) };
        Self { state }
    }
}

impl<F, T, E> Future for ResponseFuture<F, T>
where
    F: Future<Output = Result<T, E>>,
{
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        match self.project().state.project() {
            StateProjection::Passed { future } => future.poll(cx),
            StateProjection::Denied { response } => {
                let response = response.take().expect("a future is not polled after it is ready");
                Poll::Ready(Ok(response))
            }
        }
    }
}
