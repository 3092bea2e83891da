//! Challenges: RFC 9110, section 11.6.1; RFC 6750, section 3; RFC 7617, section 2.

use http::{HeaderValue, Uri};

use super::manner::Manner;
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

/// The address of the protected resource's metadata (RFC 9728, section 5.1).
#[derive(Debug, Clone)]
pub(crate) struct ResourceMetadata(Box<str>);

impl ResourceMetadata {
    const MAX_LEN: usize = 2_000;

    pub(crate) fn parse(text: &str) -> Result<Self, InvalidValue> {
        let is_web = |uri: &Uri| matches!(uri.scheme_str(), Some("https" | "http")) && uri.authority().is_some();
        let graphic = text.len() <= Self::MAX_LEN && text.bytes().all(|byte| byte.is_ascii_graphic());
        if !graphic || !text.parse().is_ok_and(|uri| is_web(&uri)) {
            return Err(InvalidValue::new(InvalidValueKind::ResourceMetadata));
        }
        Ok(Self(text.into()))
    }
}

/// The challenge of the scheme `Bearer`. What no other token would mend has none.
pub(super) fn bearer(denial: &Denial, manner: &Manner) -> Option<HeaderValue> {
    let error = match denial {
        Denial::MissingCredential => None,
        Denial::InvalidRequest(_) => Some("invalid_request"),
        Denial::InvalidToken(_) => Some("invalid_token"),
        Denial::InsufficientScope(_) if manner.conceals(denial) => return None,
        Denial::InsufficientScope(_) => Some("insufficient_scope"),
        Denial::NetworkNotAllowed
        | Denial::TooManyRequests(_)
        | Denial::Unavailable
        | Denial::MissingLayer
        | Denial::MissingParameter => return None,
    };
    let mut challenge = Challenge::new("Bearer", &manner.realm);
    if let Some(error) = error {
        challenge.push("error", error);
        challenge.push("error_description", &denial.to_string());
    }
    if let Denial::InsufficientScope(lacking) = denial
        && !manner.discreet
    {
        let scopes = lacking.required().challenge_scopes();
        if !scopes.is_empty() {
            challenge.push("scope", &scopes.to_string());
        }
    }
    if let Some(ResourceMetadata(address)) = &manner.resource_metadata {
        challenge.push("resource_metadata", address);
    }
    Some(challenge.into_value())
}

/// The challenge of the scheme `Basic`, if there is to be one: where another token is asked for.
pub(super) fn basic(denial: &Denial, manner: &Manner) -> Option<HeaderValue> {
    let asks = matches!(denial, Denial::MissingCredential | Denial::InvalidToken(_));
    (manner.basic && asks).then(|| {
        let mut challenge = Challenge::new("Basic", &manner.realm);
        challenge.push("charset", "UTF-8");
        challenge.into_value()
    })
}

struct Challenge(String);

impl Challenge {
    fn new(scheme: &str, realm: &Realm) -> Self {
        let mut challenge = Self(scheme.to_owned());
        challenge.push_after(" ", "realm", &realm.0);
        challenge
    }

    fn push(&mut self, name: &str, value: &str) {
        self.push_after(", ", name, value);
    }

    /// One parameter with its quoted-string (RFC 9110, sections 5.6.4 and 11.2).
    fn push_after(&mut self, separator: &str, name: &str, value: &str) {
        for part in [separator, name, "=\""] {
            self.0.push_str(part);
        }
        for character in value.chars() {
            if matches!(character, '"' | '\\') {
                self.0.push('\\');
            }
            self.0.push(character);
        }
        self.0.push('"');
    }

    fn into_value(self) -> HeaderValue {
        HeaderValue::try_from(self.0).expect("a challenge is printable ASCII")
    }
}
