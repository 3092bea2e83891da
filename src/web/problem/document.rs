use std::error::Error;
use std::fmt::Display;
use std::sync::LazyLock;
use std::time::Duration;

use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use http::header::{CACHE_CONTROL, CONTENT_TYPE, RETRY_AFTER};
use http::{HeaderMap, HeaderValue};
use serde::Serialize;
use serde_json::Value;

use super::field::{FieldError, Place};
use super::kind::ProblemKind;
use crate::clock::{Clock, SystemClock};
use crate::telemetry::{MISCONFIGURED, Throttle, WEB_OUTAGE};
use crate::web::status::of_problem;

/// A problem document (RFC 9457) and its response.
#[derive(Debug, Clone)]
pub(in crate::web) struct Problem {
    kind: ProblemKind,
    detail: String,
    errors: Vec<FieldError>,
    retry_after: Option<Duration>,
}

#[derive(Serialize)]
struct Document<'a> {
    r#type: String,
    title: &'a str,
    status: u16,
    detail: &'a str,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    errors: &'a [FieldError],
}

impl Problem {
    /// A problem; `detail` is for people, and repeats nothing of what they sent.
    pub(in crate::web) fn new(kind: ProblemKind, detail: impl Into<String>) -> Self {
        Self { kind, detail: detail.into(), errors: Vec::new(), retry_after: None }
    }

    /// A value is wrong.
    pub(in crate::web) fn invalid(place: Place, field: &str, detail: impl Display) -> Self {
        let detail = detail.to_string();
        let error = FieldError::new(place, field, detail.clone());
        Self::new(ProblemKind::Invalid, detail).with_error(error)
    }

    pub(in crate::web) fn not_found() -> Self {
        Self::new(ProblemKind::NotFound, "there is no such token")
    }

    pub(in crate::web) fn not_for_tokens() -> Self {
        let detail = "an access token manages no tokens but itself: sign in, and leave the token out";
        Self::new(ProblemKind::NotForTokens, detail)
    }

    pub(in crate::web) fn cross_site() -> Self {
        Self::new(ProblemKind::CrossSite, "another site has sent this request")
    }

    /// Something that is needed does not answer.
    pub(in crate::web) fn unavailable(error: &(dyn Error + 'static)) -> Self {
        report_outage(error);
        Self::new(ProblemKind::Unavailable, "tokens cannot be managed at the moment").with_retry_after(RETRY)
    }

    /// Something is wrong with the service itself.
    pub(in crate::web) fn internal(what: &str) -> Self {
        tracing::error!(name: MISCONFIGURED, "{what}");
        Self::new(ProblemKind::Internal, "something is wrong with the service")
    }

    pub(in crate::web) fn with_error(mut self, error: FieldError) -> Self {
        self.errors.push(error);
        self
    }

    pub(in crate::web) fn with_retry_after(mut self, wait: Duration) -> Self {
        self.retry_after = Some(wait);
        self
    }

    pub(in crate::web) fn kind(&self) -> ProblemKind {
        self.kind
    }

    #[cfg(test)]
    pub(in crate::web) fn errors(&self) -> &[FieldError] {
        &self.errors
    }

    /// After how many whole seconds, and not too few, to ask again.
    pub(in crate::web) fn retry_after(&self) -> Option<HeaderValue> {
        let wait = self.retry_after?;
        let seconds = wait.as_secs() + u64::from(wait.subsec_nanos() > 0);
        Some(HeaderValue::from(seconds.max(1)))
    }

    /// The document, for an example.
    pub(in crate::web) fn to_json(&self) -> Value {
        serde_json::from_slice(&self.document()).expect("what was written is JSON")
    }

    fn document(&self) -> Bytes {
        let document = Document {
            r#type: format!("urn:problem-type:tower-pat:{}", self.kind.slug()),
            title: self.kind.title(),
            status: of_problem(self.kind).as_u16(),
            detail: &self.detail,
            errors: &self.errors,
        };
        serde_json::to_vec(&document).expect("text and numbers have a JSON form").into()
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut headers = HeaderMap::new();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if let Some(wait) = self.retry_after() {
            headers.insert(RETRY_AFTER, wait);
        }
        (of_problem(self.kind), headers, self.document()).into_response()
    }
}

/// An outage meets every request, and must not fill the log as well.
pub(in crate::web) fn report_outage(error: &(dyn Error + 'static)) {
    static OUTAGES: LazyLock<Throttle> = LazyLock::new(Throttle::default);
    if let Some(suppressed) = OUTAGES.admit(SystemClock.now()) {
        tracing::warn!(name: WEB_OUTAGE, error, suppressed, "tokens cannot be managed");
    }
}

/// When to ask again after an outage.
const RETRY: Duration = Duration::from_secs(1);
