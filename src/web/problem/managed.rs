use std::error::Error;

use super::document::Problem;
use super::field::{FieldError, Place};
use super::kind::ProblemKind;
use crate::manager::{ManageError, ManageErrorKind};

impl From<ManageError> for Problem {
    fn from(error: ManageError) -> Self {
        let kind = kind_of(error.kind());
        if kind == ProblemKind::Unavailable {
            return Self::unavailable(error.source().unwrap_or(&error));
        }
        let problem = Self::new(kind, error.to_string());
        match field_of(error.kind()) {
            Some((place, field)) => problem.with_error(FieldError::new(place, field, error.to_string())),
            None => problem,
        }
    }
}

fn kind_of(kind: ManageErrorKind) -> ProblemKind {
    match kind {
        ManageErrorKind::Forbidden => ProblemKind::Forbidden,
        ManageErrorKind::Login => ProblemKind::LoginRequired,
        ManageErrorKind::Owner
        | ManageErrorKind::Name
        | ManageErrorKind::Scope
        | ManageErrorKind::Expiry
        | ManageErrorKind::NotBefore
        | ManageErrorKind::OutOfRange
        | ManageErrorKind::Grace
        | ManageErrorKind::TooMany => ProblemKind::Invalid,
        ManageErrorKind::NameTaken => ProblemKind::NameTaken,
        ManageErrorKind::LimitReached => ProblemKind::LimitReached,
        ManageErrorKind::KeyUsed => ProblemKind::KeyUsed,
        ManageErrorKind::NotFound => ProblemKind::NotFound,
        ManageErrorKind::Ended => ProblemKind::Ended,
        ManageErrorKind::Rotated => ProblemKind::Rotated,
        ManageErrorKind::Duplicate | ManageErrorKind::Conflict => ProblemKind::Conflict,
        ManageErrorKind::Unavailable => ProblemKind::Unavailable,
    }
}

/// Which field of a request is wrong, as the request calls it.
fn field_of(kind: ManageErrorKind) -> Option<(Place, &'static str)> {
    match kind {
        ManageErrorKind::Expiry => Some((Place::Body, "expires_at")),
        ManageErrorKind::Grace => Some((Place::Body, "grace_seconds")),
        ManageErrorKind::KeyUsed => Some((Place::Elsewhere, "Idempotency-Key")),
        ManageErrorKind::TooMany => Some((Place::Body, "tokens")),
        kind => kind.field().map(|field| (Place::Body, field)),
    }
}
