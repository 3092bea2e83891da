//! With which status the web wing answers. No other file of it chooses one.

use http::StatusCode;

use super::problem::ProblemKind;
use super::standard::OauthFault;

pub(super) fn of_problem(kind: ProblemKind) -> StatusCode {
    match kind {
        ProblemKind::Malformed => StatusCode::BAD_REQUEST,
        ProblemKind::NotForTokens | ProblemKind::Forbidden | ProblemKind::LoginRequired | ProblemKind::CrossSite => {
            StatusCode::FORBIDDEN
        }
        ProblemKind::NotFound => StatusCode::NOT_FOUND,
        ProblemKind::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
        ProblemKind::NameTaken
        | ProblemKind::LimitReached
        | ProblemKind::Ended
        | ProblemKind::Rotated
        | ProblemKind::Conflict => StatusCode::CONFLICT,
        ProblemKind::PreconditionFailed => StatusCode::PRECONDITION_FAILED,
        ProblemKind::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
        ProblemKind::UnsupportedType => StatusCode::UNSUPPORTED_MEDIA_TYPE,
        ProblemKind::Invalid | ProblemKind::KeyUsed => StatusCode::UNPROCESSABLE_ENTITY,
        ProblemKind::PreconditionRequired => StatusCode::PRECONDITION_REQUIRED,
        ProblemKind::TooManyRequests => StatusCode::TOO_MANY_REQUESTS,
        ProblemKind::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
        ProblemKind::Internal => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

/// Something was made.
pub(super) const CREATED: StatusCode = StatusCode::CREATED;

/// It is done, and there is nothing to say.
pub(super) const DONE: StatusCode = StatusCode::NO_CONTENT;

/// It is taken, and what becomes of it nobody is told.
pub(super) const ACCEPTED: StatusCode = StatusCode::ACCEPTED;

/// RFC 6749, section 5.2, and RFC 7009, section 2.2.1.
pub(super) fn of_oauth(fault: OauthFault) -> StatusCode {
    match fault {
        OauthFault::InvalidRequest => StatusCode::BAD_REQUEST,
        OauthFault::InvalidClient => StatusCode::UNAUTHORIZED,
        OauthFault::TooOften => StatusCode::TOO_MANY_REQUESTS,
        OauthFault::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
    }
}

/// Nothing more is said.
pub(super) const FINE: StatusCode = StatusCode::OK;
