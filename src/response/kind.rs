use http::StatusCode;

use crate::denial::Denial;

/// A row of the table: how one sort of denial looks from outside.
pub(super) struct Kind {
    pub(super) status: StatusCode,
    pub(super) slug: &'static str,
    pub(super) title: &'static str,
    /// The status code of gRPC.
    pub(super) grpc: u16,
}

impl Kind {
    /// What there is no passage to, there is not.
    pub(super) const CONCEALED: Self =
        Self { status: StatusCode::NOT_FOUND, slug: "not-found", title: "Not found", grpc: 5 };

    pub(super) fn of(denial: &Denial) -> Self {
        let (status, slug, title, grpc) = match denial {
            Denial::MissingCredential => (StatusCode::UNAUTHORIZED, "missing-token", "Access token required", 16),
            Denial::InvalidRequest(_) => (StatusCode::BAD_REQUEST, "invalid-request", "Malformed credential", 16),
            Denial::InvalidToken(_) => (StatusCode::UNAUTHORIZED, "invalid-token", "Access token not accepted", 16),
            Denial::NetworkNotAllowed => (StatusCode::FORBIDDEN, "network-not-allowed", "Network not allowed", 7),
            Denial::InsufficientScope(lacking) => {
                let title = if lacking.lacks_scope() { "Scope missing" } else { "Resource not allowed" };
                (StatusCode::FORBIDDEN, "insufficient-scope", title, 7)
            }
            Denial::TooManyRequests(_) => (StatusCode::TOO_MANY_REQUESTS, "too-many-requests", "Too many requests", 8),
            Denial::Unavailable => (StatusCode::SERVICE_UNAVAILABLE, "unavailable", "Token check unavailable", 14),
            Denial::MissingLayer | Denial::MissingParameter => {
                (StatusCode::INTERNAL_SERVER_ERROR, "misconfigured", "Internal server error", 13)
            }
        };
        Self { status, slug, title, grpc }
    }
}
