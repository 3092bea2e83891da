//! What HTTP makes of a denial: the only file that chooses a status code.

use bytes::Bytes;
use http::header::{CACHE_CONTROL, CONTENT_TYPE, Entry, HeaderName, HeaderValue, RETRY_AFTER, WWW_AUTHENTICATE};
use http::{Response, StatusCode};
use serde::Serialize;

use crate::denial::Denial;
use crate::invalid::{InvalidValue, InvalidValueKind};

/// The protection space that challenges name (RFC 9110, section 11.5).
#[derive(Debug, Clone)]
pub(crate) struct Realm(Box<str>);

impl Realm {
    const MAX_LEN: usize = 200;

    pub(crate) fn parse(text: &str) -> Result<Self, InvalidValue> {
        let characters = text.bytes().all(|byte| matches!(byte, b' '..=b'~'));
        if !(1..=Self::MAX_LEN).contains(&text.len()) || !characters {
            return Err(InvalidValue::new(InvalidValueKind::Realm));
        }
        Ok(Self(text.into()))
    }
}

impl Default for Realm {
    fn default() -> Self {
        Self("api".into())
    }
}

/// Marks the response of a guard or an extractor: it knows why the request is denied, and the layer around it knows the
/// realm, which it puts in on the way out.
#[derive(Debug, Clone)]
struct Pending(Denial);

/// The response of a guard or an extractor: complete but for the realm of the layer around it.
pub(crate) fn deny<B: From<Bytes>>(denial: Denial) -> Response<B> {
    let mut response = refuse(&denial, &Realm::default());
    response.extensions_mut().insert(Pending(denial));
    response
}

/// The response of a layer.
pub(crate) fn refuse<B: From<Bytes>>(denial: &Denial, realm: &Realm) -> Response<B> {
    let kind = Kind::of(denial);
    let mut response = Response::new(problem(&kind, denial).into());
    *response.status_mut() = kind.status;
    response.headers_mut().extend(headers(denial, realm));
    response
}

/// Puts the realm of this layer into the challenge of a guard or an extractor inside. All else stays as it is, also what
/// others have made of the response on its way.
pub(crate) fn restate<B>(mut response: Response<B>, realm: &Realm) -> Response<B> {
    let Some(Pending(denial)) = response.extensions_mut().remove::<Pending>() else {
        return response;
    };
    let (Some(theirs), Some(ours)) = (challenge(&denial, &Realm::default()), challenge(&denial, realm)) else {
        return response;
    };
    if let Entry::Occupied(mut challenges) = response.headers_mut().entry(WWW_AUTHENTICATE)
        && let Some(challenge) = challenges.iter_mut().find(|challenge| **challenge == theirs)
    {
        *challenge = ours;
    }
    response
}

/// A row of the table: how one sort of denial looks from outside.
struct Kind {
    status: StatusCode,
    slug: &'static str,
    title: &'static str,
}

impl Kind {
    fn of(denial: &Denial) -> Self {
        let (status, slug, title) = match denial {
            Denial::MissingCredential => (StatusCode::UNAUTHORIZED, "missing-token", "Access token required"),
            Denial::InvalidRequest(_) => (StatusCode::BAD_REQUEST, "invalid-request", "Malformed credential"),
            Denial::InvalidToken(_) => (StatusCode::UNAUTHORIZED, "invalid-token", "Access token not accepted"),
            Denial::NetworkNotAllowed => (StatusCode::FORBIDDEN, "network-not-allowed", "Network not allowed"),
            Denial::TooManyRequests(_) => (StatusCode::TOO_MANY_REQUESTS, "too-many-requests", "Too many requests"),
            Denial::InsufficientScope(_) => (StatusCode::FORBIDDEN, "insufficient-scope", "Scope missing"),
            Denial::Unavailable => (StatusCode::SERVICE_UNAVAILABLE, "unavailable", "Token check unavailable"),
            Denial::MissingLayer => (StatusCode::INTERNAL_SERVER_ERROR, "misconfigured", "Internal server error"),
        };
        Self { status, slug, title }
    }
}

/// A problem details object (RFC 9457, section 3).
#[derive(Serialize)]
struct Problem<'a> {
    r#type: String,
    title: &'a str,
    status: u16,
    detail: String,
}

fn problem(kind: &Kind, denial: &Denial) -> Bytes {
    let problem = Problem {
        r#type: format!("urn:problem-type:tower-pat:{}", kind.slug),
        title: kind.title,
        status: kind.status.as_u16(),
        detail: denial.to_string(),
    };
    serde_json::to_vec(&problem).expect("text and numbers have a JSON form").into()
}

fn headers(denial: &Denial, realm: &Realm) -> impl Iterator<Item = (HeaderName, HeaderValue)> {
    let retry_after = retry_after(denial).map(|seconds| (RETRY_AFTER, HeaderValue::from(seconds)));
    let challenge = challenge(denial, realm).map(|challenge| (WWW_AUTHENTICATE, challenge));
    [
        (CONTENT_TYPE, HeaderValue::from_static("application/problem+json")),
        (CACHE_CONTROL, HeaderValue::from_static("no-store")),
    ]
    .into_iter()
    .chain(challenge)
    .chain(retry_after)
}

/// After how many seconds a client may ask again (RFC 9110, section 10.2.3).
fn retry_after(denial: &Denial) -> Option<u64> {
    match denial {
        Denial::Unavailable => Some(1),
        // The field knows whole seconds alone, and who asks too early is denied again.
        Denial::TooManyRequests(wait) => Some(wait.as_secs().saturating_add((wait.subsec_nanos() > 0).into())),
        _ => None,
    }
}

/// The challenge of RFC 6750, section 3. Neither an outage nor a mistake in the service is mended by another token, so
/// they have none.
fn challenge(denial: &Denial, realm: &Realm) -> Option<HeaderValue> {
    let error = match denial {
        Denial::MissingCredential => None,
        Denial::InvalidRequest(_) => Some("invalid_request"),
        Denial::InvalidToken(_) => Some("invalid_token"),
        Denial::InsufficientScope(_) => Some("insufficient_scope"),
        Denial::NetworkNotAllowed | Denial::TooManyRequests(_) | Denial::Unavailable | Denial::MissingLayer => {
            return None;
        }
    };
    let mut challenge = String::from("Bearer");
    push_parameter(&mut challenge, "realm", &realm.0);
    if let Some(error) = error {
        push_parameter(&mut challenge, "error", error);
        push_parameter(&mut challenge, "error_description", &denial.to_string());
    }
    if let Denial::InsufficientScope(lacking) = denial {
        push_parameter(&mut challenge, "scope", &lacking.required().challenge_scopes().to_string());
    }
    Some(HeaderValue::try_from(challenge).expect("a challenge is printable ASCII"))
}

/// One parameter with its quoted-string (RFC 9110, sections 5.6.4 and 11.2).
fn push_parameter(challenge: &mut String, name: &str, value: &str) {
    let separator = if challenge.ends_with("Bearer") { " " } else { ", " };
    challenge.push_str(separator);
    challenge.push_str(name);
    challenge.push_str("=\"");
    for character in value.chars() {
        if matches!(character, '"' | '\\') {
            challenge.push('\\');
        }
        challenge.push(character);
    }
    challenge.push('"');
}

#[cfg(feature = "axum")]
impl axum::response::IntoResponse for Denial {
    /// A handler may return a denial: the layer around it says it as it says its own.
    fn into_response(self) -> axum::response::Response {
        deny(self)
    }
}
