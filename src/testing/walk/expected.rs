use std::fmt;

use axum::response::Response;
use http::header::WWW_AUTHENTICATE;

use super::witness::Witnessed;
use crate::denial::Denial;

/// What a caller must get.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Expected {
    Passage,
    /// The denial of one without a token.
    MissingToken,
    /// The denial of one who lacks what is asked for.
    Lacking {
        concealed: bool,
    },
    /// Where a path has no such method.
    OtherMethod,
    /// The same of one without a token, whom a guard around the path may deny before.
    OtherMethodOrDenial,
}

impl Expected {
    pub(super) fn is_met_by(self, response: &Response) -> bool {
        let status = response.status().as_u16();
        match (self, Witnessed::of(response)) {
            (Self::Passage, None) => true,
            (Self::MissingToken | Self::OtherMethodOrDenial, Some(Denial::MissingCredential)) => {
                status == 401 && has_challenge(response, "")
            }
            (Self::Lacking { concealed: true }, Some(Denial::InsufficientScope(_))) => {
                status == 404 && !response.headers().contains_key(WWW_AUTHENTICATE)
            }
            (Self::Lacking { concealed: false }, Some(Denial::InsufficientScope(_))) => {
                status == 403 && has_challenge(response, "error=\"insufficient_scope\"")
            }
            (Self::OtherMethod | Self::OtherMethodOrDenial, None) => status == 405,
            _ => false,
        }
    }
}

/// Whether there is a challenge of the scheme `Bearer` with this in it.
fn has_challenge(response: &Response, part: &str) -> bool {
    let challenges =
        response.headers().get_all(WWW_AUTHENTICATE).iter().filter_map(|challenge| challenge.to_str().ok());
    challenges.into_iter().any(|challenge| challenge.starts_with("Bearer") && challenge.contains(part))
}

impl fmt::Display for Expected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Passage => "no denial",
            Self::MissingToken => "401 and a Bearer challenge, from a guard",
            Self::Lacking { concealed: false } => "403 for want of a scope, from a guard",
            Self::Lacking { concealed: true } => "404, from a guard that conceals the route",
            Self::OtherMethod => "405",
            Self::OtherMethodOrDenial => "405, or 401 from a guard",
        })
    }
}
