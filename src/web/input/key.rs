use axum::extract::FromRequestParts;
use http::request::Parts;

use crate::store::IdempotencyKey;
use crate::web::problem::{FieldError, Place, Problem, ProblemKind};

const NAME: &str = "Idempotency-Key";

/// The header `Idempotency-Key`, if there is one: a string of structured fields (RFC 9651, section 3.3.3), or the same
/// without quotes, as most clients write it.
pub(in crate::web) struct Key(pub(in crate::web) Option<IdempotencyKey>);

impl<S: Send + Sync> FromRequestParts<S> for Key {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let mut values = parts.headers.get_all(NAME).iter();
        let value = match (values.next(), values.next()) {
            (None, _) => return Ok(Self(None)),
            (Some(value), None) => value,
            (Some(_), Some(_)) => return Err(malformed()),
        };
        let text = value.to_str().ok().and_then(|text| unquoted(text.trim())).ok_or_else(malformed)?;
        IdempotencyKey::parse(&text).map(|key| Self(Some(key))).map_err(|_| malformed())
    }
}

/// What stands in quotes, with `\"` and `\\` as they are meant; or what has no quotes.
fn unquoted(text: &str) -> Option<String> {
    let Some(quoted) = text.strip_prefix('"') else {
        return (!text.contains(['"', '\\', ','])).then(|| text.to_owned());
    };
    let mut plain = String::with_capacity(quoted.len());
    let mut chars = quoted.chars();
    loop {
        match chars.next()? {
            '"' => return chars.next().is_none().then_some(plain),
            '\\' => plain.push(chars.next().filter(|char| "\"\\".contains(*char))?),
            char => plain.push(char),
        }
    }
}

fn malformed() -> Problem {
    let detail = "an idempotency key is one text of 1 to 255 printable ASCII characters, in quotes";
    Problem::new(ProblemKind::Malformed, detail).with_error(FieldError::new(Place::Elsewhere, NAME, detail))
}

#[cfg(test)]
mod tests {
    use super::unquoted;

    #[test]
    fn key_is_read_with_quotes_and_without() {
        let cases = [
            (r#""a b""#, Some("a b")),
            ("a-b", Some("a-b")),
            (r#""a\"b\\c""#, Some(r#"a"b\c"#)),
            (r#""a"#, None),
            (r#""a" b"#, None),
            (r#""a";p=1"#, None),
            (r#"a"b"#, None),
            ("a, b", None),
            (r#""a\b""#, None),
        ];
        for (text, key) in cases {
            assert_eq!(unquoted(text).as_deref(), key, "{text}");
        }
    }
}
