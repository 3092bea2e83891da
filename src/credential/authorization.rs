//! The `Authorization` header: `credentials = auth-scheme [ 1*SP token68 ]` (RFC 9110, section 11.4).

use http::header::AUTHORIZATION;
use http::{HeaderMap, HeaderName};
use memchr::memchr2;

use super::basic::Basic;
use super::presented::{Presented, only_word};
use crate::denial::InvalidRequest;

/// The schemes that carry a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Schemes {
    pub(super) bearer: bool,
    pub(super) token: bool,
    pub(super) basic: Basic,
    pub(super) raw: bool,
}

/// How a value carries a token.
enum Form<'r> {
    /// A scheme that is accepted, and what follows it.
    Word(&'r [u8]),
    Basic(&'r [u8]),
    Raw(&'r [u8]),
}

impl Schemes {
    pub(super) const NONE: Self = Self { bearer: false, token: false, basic: Basic::NONE, raw: false };

    #[inline]
    pub(super) fn read(self, headers: &HeaderMap) -> Result<Option<Presented<'_>>, InvalidRequest> {
        let mut values = headers.get_all(AUTHORIZATION).iter();
        let Some(value) = values.next() else { return Ok(None) };
        if values.next().is_some() {
            return Err(InvalidRequest::SeveralCredentials);
        }
        let presented = match self.form(value.as_bytes()) {
            None if self == Self::NONE || is_of_a_scheme(value.as_bytes()) => return Ok(None),
            None => return Err(InvalidRequest::MalformedCredential),
            Some(Form::Raw(word)) => Presented::Verbatim(word),
            Some(Form::Word(rest)) => Presented::Verbatim(parameter(rest).ok_or(InvalidRequest::MalformedCredential)?),
            Some(Form::Basic(rest)) => {
                let encoded = parameter(rest).ok_or(InvalidRequest::MalformedCredential)?;
                Presented::Decoded(self.basic.token(encoded).ok_or(InvalidRequest::MalformedBasic)?)
            }
        };
        Ok(Some(presented))
    }

    /// Whether a value is one that a token is read from.
    pub(super) fn accepts(self, value: &[u8]) -> bool {
        self.form(value).is_some()
    }

    /// A scheme that is not accepted is no token and not malformed: it may be meant for somebody else.
    #[inline]
    fn form(self, value: &[u8]) -> Option<Form<'_>> {
        let credentials = value.trim_ascii();
        let after = |accepted: bool, name: &[u8]| {
            let (scheme, rest) = credentials.split_at_checked(name.len()).filter(|_| accepted)?;
            let ends = rest.first().is_none_or(u8::is_ascii_whitespace);
            (ends && scheme.eq_ignore_ascii_case(name)).then_some(rest)
        };
        if let Some(rest) = after(self.bearer, b"Bearer").or_else(|| after(self.token, b"token")) {
            return Some(Form::Word(rest));
        }
        if let Some(rest) = after(self.basic != Basic::NONE, b"Basic") {
            return Some(Form::Basic(rest));
        }
        self.raw.then(|| only_word(credentials)).flatten().map(Form::Raw)
    }
}

/// Whether the first word, if there is one, is the name of a scheme. Like the name of a field, that is a token (RFC 9110,
/// sections 5.1 and 11.1).
fn is_of_a_scheme(value: &[u8]) -> bool {
    let mut words = value.split(u8::is_ascii_whitespace).filter(|word| !word.is_empty());
    words.next().is_none_or(|scheme| HeaderName::from_bytes(scheme).is_ok())
}

/// What follows one or more spaces, if it is one word.
#[inline]
fn parameter(rest: &[u8]) -> Option<&[u8]> {
    let word_at = rest.iter().position(|&byte| byte != b' ')?;
    let word = &rest[word_at..];
    // The value of a header has no other white space (RFC 9110, section 5.5).
    memchr2(b' ', b'\t', word).is_none().then_some(word)
}
