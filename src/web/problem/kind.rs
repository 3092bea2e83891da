/// The sorts of problems. `status` says with which status each is answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::web) enum ProblemKind {
    /// The request cannot be read.
    Malformed,
    /// The request can be read, and a value in it is wrong.
    Invalid,
    NotForTokens,
    Forbidden,
    LoginRequired,
    CrossSite,
    NotFound,
    MethodNotAllowed,
    NameTaken,
    LimitReached,
    Ended,
    Rotated,
    Conflict,
    KeyUsed,
    PreconditionFailed,
    PreconditionRequired,
    TooLarge,
    UnsupportedType,
    TooManyRequests,
    Unavailable,
    Internal,
}

impl ProblemKind {
    /// The last word of its `type`.
    pub(in crate::web) fn slug(self) -> &'static str {
        self.words().0
    }

    pub(in crate::web) fn title(self) -> &'static str {
        self.words().1
    }

    fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Malformed => ("malformed", "Malformed request"),
            Self::Invalid => ("invalid", "Invalid value"),
            Self::NotForTokens => ("not-for-tokens", "Not for access tokens"),
            Self::Forbidden => ("forbidden", "Not allowed"),
            Self::LoginRequired => ("login-required", "Recent sign-in required"),
            Self::CrossSite => ("cross-site", "Request from another site"),
            Self::NotFound => ("not-found", "Not found"),
            Self::MethodNotAllowed => ("method-not-allowed", "Method not allowed"),
            Self::NameTaken => ("name-taken", "Name taken"),
            Self::LimitReached => ("limit-reached", "Too many tokens"),
            Self::Ended => ("ended", "Token over"),
            Self::Rotated => ("rotated", "Token replaced"),
            Self::Conflict => ("conflict", "Changed meanwhile"),
            Self::KeyUsed => ("key-used", "Idempotency key used"),
            Self::PreconditionFailed => ("precondition-failed", "Changed meanwhile"),
            Self::PreconditionRequired => ("precondition-required", "Version required"),
            Self::TooLarge => ("too-large", "Request too large"),
            Self::UnsupportedType => ("unsupported-type", "Content type not supported"),
            Self::TooManyRequests => ("too-many-requests", "Too many requests"),
            Self::Unavailable => ("unavailable", "Not available at the moment"),
            Self::Internal => ("internal", "Internal server error"),
        }
    }
}
