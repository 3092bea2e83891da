use axum::extract::{FromRequest, Request};
use serde::de::{DeserializeOwned, IgnoredAny};
use serde_json::error::Category;

use super::body::{Raw, is_of_type};
use crate::web::problem::{FieldError, Place, Problem, ProblemKind};

/// A JSON document. What has a field too many, or one twice, is refused.
pub(in crate::web) struct Json<T>(pub(in crate::web) T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Json<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        read(request, state, &["application/json"], "the body is JSON: application/json").await.map(Self)
    }
}

/// A JSON merge patch (RFC 7396), which may also be called JSON.
pub(in crate::web) struct MergePatch<T>(pub(in crate::web) T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for MergePatch<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let types = ["application/merge-patch+json", "application/json"];
        read(request, state, &types, "the body is a merge patch: application/merge-patch+json").await.map(Self)
    }
}

/// A JSON document that may be left out.
pub(in crate::web) struct Optional<T>(pub(in crate::web) Option<T>);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Optional<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let is_json = is_of_type(request.headers(), &["application/json"]);
        let Raw(bytes) = Raw::from_request(request, state).await?;
        match (bytes.is_empty(), is_json) {
            (true, _) => Ok(Self(None)),
            (false, true) => parse(&bytes).map(|value| Self(Some(value))),
            (false, false) => Err(Problem::new(ProblemKind::UnsupportedType, "the body is JSON: application/json")),
        }
    }
}

async fn read<S: Send + Sync, T: DeserializeOwned>(
    request: Request,
    state: &S,
    types: &[&str],
    wanted: &str,
) -> Result<T, Problem> {
    if !is_of_type(request.headers(), types) {
        return Err(Problem::new(ProblemKind::UnsupportedType, wanted));
    }
    let Raw(bytes) = Raw::from_request(request, state).await?;
    parse(&bytes)
}

pub(super) fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Problem> {
    // serde reads a list as an object whose fields have no names.
    if bytes.iter().find(|byte| !byte.is_ascii_whitespace()) != Some(&b'{') {
        let other = serde_json::from_slice::<IgnoredAny>(bytes);
        return Err(other.map_or_else(|_| not_json(), |_| Problem::new(ProblemKind::Invalid, "the body is an object")));
    }
    let mut reader = serde_json::Deserializer::from_slice(bytes);
    let value = serde_path_to_error::deserialize(&mut reader).map_err(|error| {
        let path = error.path().iter().next().map(ToString::to_string);
        refusal(path, error.inner(), Place::Body)
    })?;
    reader.end().map_err(|_| not_json())?;
    Ok(value)
}

/// What is wrong with a document or, if it came as such, with parameters.
pub(super) fn refusal(path: Option<String>, error: &serde_json::Error, place: Place) -> Problem {
    if error.classify() != Category::Data {
        return not_json();
    }
    let message = error.to_string();
    let (field, detail) = if let Some(name) = quoted(&message, "missing field `") {
        (Some(name), "this is missing")
    } else if let Some(name) = quoted(&message, "unknown field `") {
        (Some(name), "there is no such field")
    } else if let Some(name) = quoted(&message, "duplicate field `") {
        (Some(name), "this is there twice")
    } else {
        (path, "this is of another type")
    };
    match field.filter(|name| is_plain(name)) {
        Some(field) => {
            Problem::new(ProblemKind::Invalid, "a field is wrong").with_error(FieldError::new(place, &field, detail))
        }
        None => Problem::new(ProblemKind::Invalid, detail),
    }
}

fn quoted(message: &str, beginning: &str) -> Option<String> {
    let rest = message.strip_prefix(beginning)?;
    Some(rest.split('`').next()?.to_owned())
}

/// A name that may be said again. Whatever else it is, it is no token, which is longer.
fn is_plain(name: &str) -> bool {
    (1..=30).contains(&name.len()) && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-".contains(&byte))
}

fn not_json() -> Problem {
    Problem::new(ProblemKind::Malformed, "the body is not JSON, and nothing else")
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::parse;
    use crate::web::problem::{FieldError, ProblemKind};

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "it is read, not used")]
    struct Wish {
        name: String,
        scopes: Option<Vec<String>>,
    }

    #[test]
    fn what_is_wrong_is_named_and_not_repeated() {
        let cases = [
            ("{", ProblemKind::Malformed, None),
            ("", ProblemKind::Malformed, None),
            (r#"{"name":"n"} x"#, ProblemKind::Malformed, None),
            ("[]", ProblemKind::Invalid, None),
            (r#"["n", null]"#, ProblemKind::Invalid, None),
            ("7", ProblemKind::Invalid, None),
            ("{}", ProblemKind::Invalid, Some("name")),
            (r#"{"name":7}"#, ProblemKind::Invalid, Some("name")),
            (r#"{"name":"n","scopes":["a",{}]}"#, ProblemKind::Invalid, Some("scopes")),
            (r#"{"name":"n","name":"m"}"#, ProblemKind::Invalid, Some("name")),
            (r#"{"name":"n","color":"red"}"#, ProblemKind::Invalid, Some("color")),
            (r#"{"name":"n","acme_pat_000000000000000000000000000000000000":1}"#, ProblemKind::Invalid, None),
            (r#"{"name":"n","a`b":1}"#, ProblemKind::Invalid, Some("a")),
        ];
        for (body, kind, field) in cases {
            let problem = parse::<Wish>(body.as_bytes()).unwrap_err();
            assert_eq!(problem.kind(), kind, "{body}");
            assert_eq!(problem.errors().first().map(FieldError::field), field, "{body}");
        }
        assert_eq!(parse::<Wish>(br#"{"name":"n"}"#).unwrap().name, "n");
    }

    #[test]
    fn what_is_nested_deeply_is_refused() {
        let body = format!(r#"{{"name":{}{}}}"#, "[".repeat(100_000), "]".repeat(100_000));
        assert!(parse::<Wish>(body.as_bytes()).is_err());
    }
}
