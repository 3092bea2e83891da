//! Where in a request a token stands: the `Authorization` header with the scheme `Bearer`.
//!
//! RFC 6750, section 2.1, and RFC 9110, section 11.6.2: `credentials = auth-scheme [ 1*SP token68 ]`, the scheme
//! case-insensitive.

use http::HeaderMap;
use http::header::AUTHORIZATION;

use crate::denial::InvalidRequest;

/// The token that a request carries, if it carries one.
///
/// A scheme other than `Bearer` is no token and not malformed: it may be meant for somebody else.
pub(crate) fn bearer(headers: &HeaderMap) -> Result<Option<&[u8]>, InvalidRequest> {
    let mut values = headers.get_all(AUTHORIZATION).iter();
    let Some(value) = values.next() else { return Ok(None) };
    if values.next().is_some() {
        return Err(InvalidRequest::SeveralCredentials);
    }
    let credentials = value.as_bytes().trim_ascii();
    let scheme_len = credentials.iter().position(u8::is_ascii_whitespace).unwrap_or(credentials.len());
    let (scheme, rest) = credentials.split_at(scheme_len);
    if !scheme.eq_ignore_ascii_case(b"Bearer") {
        return Ok(None);
    }
    only_word(rest).map(Some).ok_or(InvalidRequest::MalformedCredential)
}

/// What follows one or more spaces, if it is one word.
fn only_word(rest: &[u8]) -> Option<&[u8]> {
    let word_at = rest.iter().position(|&byte| byte != b' ')?;
    let word = &rest[word_at..];
    (!word.iter().any(u8::is_ascii_whitespace)).then_some(word)
}

#[cfg(test)]
#[cfg(not(model))]
mod tests {
    use http::header::AUTHORIZATION;
    use http::{HeaderMap, HeaderValue};
    use proptest::prelude::{any, prop, prop_assert_eq, proptest};

    use super::bearer;
    use crate::denial::InvalidRequest::{MalformedCredential, SeveralCredentials};

    fn headers(values: &[&[u8]]) -> HeaderMap {
        let values = values.iter().map(|value| HeaderValue::from_bytes(value).unwrap());
        values.map(|value| (AUTHORIZATION, value)).collect()
    }

    fn read(value: &[u8]) -> Result<Option<Vec<u8>>, crate::denial::InvalidRequest> {
        bearer(&headers(&[value])).map(|token| token.map(<[u8]>::to_vec))
    }

    #[test]
    fn scheme_is_read_in_any_case_and_with_any_number_of_spaces() {
        for value in ["Bearer t", "bearer t", "BEARER t", "bEaReR   t", " Bearer t ", "Bearer t\t"] {
            assert_eq!(read(value.as_bytes()), Ok(Some(b"t".to_vec())), "{value:?}");
        }
    }

    #[test]
    fn other_schemes_are_no_token() {
        for value in ["", "Basic YWxpY2U6", "Bearer-t", "Bearert", "token t", "t"] {
            assert_eq!(read(value.as_bytes()), Ok(None), "{value:?}");
        }
    }

    #[test]
    fn bearer_with_no_word_or_several_is_malformed() {
        for value in ["Bearer", "Bearer ", "Bearer a b", "Bearer a, Bearer b", "Bearer\tt", "Bearer \tt", "Bearer a\tb"]
        {
            assert_eq!(read(value.as_bytes()), Err(MalformedCredential), "{value:?}");
        }
    }

    #[test]
    fn two_headers_are_refused_even_when_equal() {
        assert_eq!(bearer(&headers(&[b"Bearer t", b"Bearer t"])), Err(SeveralCredentials));
        assert_eq!(bearer(&headers(&[b"Basic YWxpY2U6", b"Bearer t"])), Err(SeveralCredentials));
    }

    proptest! {
        #[test]
        fn whatever_is_read_is_one_word_of_the_header(bytes in prop::collection::vec(any::<u8>(), 0..60), bearer_first: bool) {
            let bytes = if bearer_first { [b"Bearer ".as_slice(), &bytes].concat() } else { bytes };
            let Ok(value) = HeaderValue::from_bytes(&bytes) else { return Ok(()) };
            if let Ok(Some(token)) = read(value.as_bytes()) {
                let words: Vec<_> = bytes.split(u8::is_ascii_whitespace).filter(|word| !word.is_empty()).collect();
                prop_assert_eq!(words.len(), 2);
                prop_assert_eq!(words[1], token);
            }
        }
    }
}
