use bytes::Bytes;
use serde::Serialize;

use super::kind::Kind;
use super::manner::Manner;
use crate::denial::{Denial, InsufficientScope};
use crate::requirement::Requirement;
use crate::scope::ScopeSet;

/// A problem details object (RFC 9457, section 3).
#[derive(Serialize)]
struct Problem<'a> {
    r#type: String,
    title: &'a str,
    status: u16,
    detail: String,
    #[serde(flatten)]
    scopes: Option<Scopes<'a>>,
}

#[derive(Serialize)]
struct Scopes<'a> {
    held_scopes: &'a ScopeSet,
    required_scopes: &'a Requirement,
}

impl<'a> From<&'a InsufficientScope> for Scopes<'a> {
    fn from(lacking: &'a InsufficientScope) -> Self {
        Self { held_scopes: lacking.held(), required_scopes: lacking.required() }
    }
}

pub(super) fn document(kind: &Kind, denial: &Denial, manner: &Manner) -> Bytes {
    let scopes = match denial {
        Denial::InsufficientScope(lacking) if !manner.hides_scopes_of(denial) => Some(lacking.into()),
        _ => None,
    };
    let problem = Problem {
        r#type: format!("urn:problem-type:tower-pat:{}", kind.slug),
        title: kind.title,
        status: kind.status.as_u16(),
        detail: detail(denial, manner),
        scopes,
    };
    serde_json::to_vec(&problem).expect("text and numbers have a JSON form").into()
}

/// What the client is told in words.
pub(super) fn detail(denial: &Denial, manner: &Manner) -> String {
    if manner.conceals(denial) {
        return "There is nothing here for this access token.".to_owned();
    }
    denial.to_string()
}
