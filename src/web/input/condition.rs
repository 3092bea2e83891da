use axum::extract::FromRequestParts;
use http::header::IF_MATCH;
use http::request::Parts;

use crate::store::StoredPat;
use crate::web::problem::{FieldError, Place, Problem, ProblemKind};

/// The header `If-Match` (RFC 9110, section 13.1.1).
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::web) enum Condition {
    /// There is none.
    None,
    /// Whichever version there is.
    Any,
    /// One of these entity tags.
    OneOf(Vec<String>),
}

impl<S: Send + Sync> FromRequestParts<S> for Condition {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let lines: Option<Vec<_>> = parts.headers.get_all(IF_MATCH).iter().map(|line| line.to_str().ok()).collect();
        lines.and_then(|lines| Self::read(&lines.join(","))).ok_or_else(|| {
            let detail = "a condition is * or a list of entity tags";
            let error = FieldError::new(Place::Elsewhere, "If-Match", detail);
            Problem::new(ProblemKind::Malformed, detail).with_error(error)
        })
    }
}

impl Condition {
    /// Which version is changed.
    ///
    /// # Errors
    ///
    /// When the client saw another one.
    pub(in crate::web) fn hold(&self, stored: &StoredPat) -> Result<Option<u64>, Problem> {
        match self {
            Self::None | Self::Any => Ok(None),
            Self::OneOf(tags) if tags.contains(&tag(stored)) => Ok(Some(stored.version())),
            Self::OneOf(_) => Err(Self::failed()),
        }
    }

    pub(in crate::web) fn is_none(&self) -> bool {
        *self == Self::None
    }

    /// A change was made upon another version than the client saw.
    pub(in crate::web) fn failed() -> Problem {
        Problem::new(ProblemKind::PreconditionFailed, "the token has been changed in the meantime: look at it again")
    }

    /// Entity tags have no quotes and no white space in them, but may have commas.
    fn read(text: &str) -> Option<Self> {
        let mut rest = text.trim_matches([' ', '\t', ',']);
        match rest {
            "" => return text.is_empty().then_some(Self::None),
            "*" => return Some(Self::Any),
            _ => {}
        }
        let mut tags = Vec::new();
        while !rest.is_empty() {
            let weak = rest.strip_prefix("W/");
            let (opaque, after) = weak.unwrap_or(rest).strip_prefix('"')?.split_once('"')?;
            // A weak tag is never the same as another here.
            if weak.is_none() {
                tags.push(format!("\"{opaque}\""));
            }
            let trimmed = after.trim_start_matches([' ', '\t', ',']);
            if !trimmed.is_empty() && !after.trim_start_matches([' ', '\t']).starts_with(',') {
                return None;
            }
            rest = trimmed;
        }
        Some(Self::OneOf(tags))
    }
}

/// The entity tag of a version.
pub(in crate::web) fn tag(stored: &StoredPat) -> String {
    format!("\"{}\"", stored.version())
}

#[cfg(test)]
mod tests {
    use super::Condition;

    #[test]
    fn condition_is_read_as_a_list_of_tags() {
        let tags = |tags: &[&str]| Some(Condition::OneOf(tags.iter().map(|tag| (*tag).to_owned()).collect()));
        let cases = [
            ("", Some(Condition::None)),
            ("*", Some(Condition::Any)),
            (r#""1""#, tags(&[r#""1""#])),
            (r#""1", "2,3""#, tags(&[r#""1""#, r#""2,3""#])),
            (r#"W/"1""#, tags(&[])),
            (r#"W/"1" ,, "2""#, tags(&[r#""2""#])),
            ("1", None),
            (r#""1"#, None),
            (r#""1""2""#, None),
            (r#"*, "1""#, None),
            (",", None),
        ];
        for (text, condition) in cases {
            assert_eq!(Condition::read(text), condition, "{text}");
        }
    }
}
