//! What went wrong, as problem details (RFC 9457).

use std::error::Error;

use axum::extract::rejection::{FormRejection, JsonRejection, QueryRejection};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use tower_pat::invalid::InvalidValue;
use tower_pat::manager::{ManageError, ManageErrorKind};
use tower_pat::scope::Scopes;
use utoipa::ToSchema;

use super::scopes::Api;
use super::tokens::NO_STORE;

/// What a problem looks like.
#[derive(ToSchema)]
#[schema(as = Problem)]
#[expect(dead_code, reason = "it is there to be described")]
pub(crate) struct ProblemDocument {
    title: String,
    status: u16,
    detail: String,
}

pub(crate) struct Problem {
    status: StatusCode,
    detail: String,
}

impl Problem {
    pub(crate) fn new(status: StatusCode, detail: impl Into<String>) -> Self {
        let detail = detail.into();
        Self { status, detail }
    }

    pub(crate) fn internal(error: impl Error) -> Self {
        tracing::error!(%error, "a session failed");
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "Internal server error.")
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut headers = HeaderMap::from_iter([NO_STORE]);
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        match self.status {
            StatusCode::UNAUTHORIZED => drop(headers.insert(
                header::WWW_AUTHENTICATE,
                HeaderValue::from_static("Cookie realm=\"tower-pat demo\", form-action=\"/login\", cookie-name=\"id\""),
            )),
            StatusCode::SERVICE_UNAVAILABLE => drop(headers.insert(header::RETRY_AFTER, HeaderValue::from_static("1"))),
            _ => {}
        }
        let title = self.status.canonical_reason();
        let body = serde_json::json!({ "title": title, "status": self.status.as_u16(), "detail": self.detail });
        (self.status, headers, body.to_string()).into_response()
    }
}

impl From<InvalidValue> for Problem {
    fn from(error: InvalidValue) -> Self {
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, error.to_string())
    }
}

impl From<JsonRejection> for Problem {
    fn from(rejection: JsonRejection) -> Self {
        Self::new(rejection.status(), rejection.body_text())
    }
}

impl From<FormRejection> for Problem {
    fn from(rejection: FormRejection) -> Self {
        Self::new(rejection.status(), rejection.body_text())
    }
}

impl From<QueryRejection> for Problem {
    fn from(rejection: QueryRejection) -> Self {
        Self::new(rejection.status(), rejection.body_text())
    }
}

impl From<ManageErrorKind> for Problem {
    fn from(kind: ManageErrorKind) -> Self {
        let (status, detail) = match kind {
            ManageErrorKind::Scope => {
                (StatusCode::UNPROCESSABLE_ENTITY, format!("scopes: {kind}: {}", Api::catalog().scopes()))
            }
            ManageErrorKind::Expiry => (StatusCode::UNPROCESSABLE_ENTITY, format!("expires_in_days: {kind}")),
            ManageErrorKind::OutOfRange => (StatusCode::UNPROCESSABLE_ENTITY, kind.to_string()),
            ManageErrorKind::NotFound => (StatusCode::NOT_FOUND, kind.to_string()),
            _ => (StatusCode::SERVICE_UNAVAILABLE, kind.to_string()),
        };
        Self { status, detail }
    }
}

impl From<ManageError> for Problem {
    fn from(error: ManageError) -> Self {
        if error.kind() == ManageErrorKind::Unavailable {
            tracing::error!(%error, source = ?error.source(), "a token could not be managed");
        }
        Self::from(error.kind())
    }
}
