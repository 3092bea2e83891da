use std::error::Error;

use axum::response::{IntoResponse, Response};
use http::header::{CACHE_CONTROL, CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use http::{HeaderMap, HeaderValue};

use crate::manager::{ManageError, ManageErrorKind};
use crate::web::input::FormFault;
use crate::web::problem::report_outage;
use crate::web::status::of_oauth;

/// An error as OAuth has it (RFC 6749, section 5.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::web) enum OauthFault {
    InvalidRequest,
    InvalidClient,
    TooOften,
    Unavailable,
}

impl OauthFault {
    /// Something that is needed does not answer.
    pub(super) fn unavailable(error: &(dyn Error + 'static)) -> Self {
        report_outage(error);
        Self::Unavailable
    }

    fn word(self) -> &'static str {
        match self {
            Self::InvalidRequest => "invalid_request",
            Self::InvalidClient => "invalid_client",
            Self::TooOften | Self::Unavailable => "temporarily_unavailable",
        }
    }
}

impl From<FormFault> for OauthFault {
    fn from(_: FormFault) -> Self {
        Self::InvalidRequest
    }
}

/// A token that is not there, the caller has dealt with.
impl From<ManageError> for OauthFault {
    fn from(error: ManageError) -> Self {
        match error.kind() {
            ManageErrorKind::NotFound => Self::InvalidRequest,
            _ => Self::unavailable(error.source().unwrap_or(&error)),
        }
    }
}

impl IntoResponse for OauthFault {
    fn into_response(self) -> Response {
        let mut headers = HeaderMap::new();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        match self {
            Self::InvalidClient => drop(headers.insert(WWW_AUTHENTICATE, CHALLENGE)),
            Self::TooOften => drop(headers.insert(RETRY_AFTER, HeaderValue::from_static("60"))),
            Self::Unavailable => drop(headers.insert(RETRY_AFTER, HeaderValue::from_static("1"))),
            Self::InvalidRequest => {}
        }
        (of_oauth(self), headers, format!(r#"{{"error":"{}"}}"#, self.word())).into_response()
    }
}

const CHALLENGE: HeaderValue = HeaderValue::from_static("Basic realm=\"introspection\", charset=\"UTF-8\"");
