//! Every form of a credential, two of them, and any bytes.

use base64::Engine;
use base64::prelude::{BASE64_STANDARD, BASE64_STANDARD_NO_PAD};
use http::{HeaderMap, HeaderName, HeaderValue};
use proptest::prelude::{Just, Strategy, any, prop, prop_assert, prop_assert_eq, prop_oneof, proptest};

use super::{CredentialSource, CredentialSources};
use crate::denial::InvalidRequest::{self, MalformedBasic, MalformedCredential, MalformedHeader, SeveralCredentials};

type Read = Result<Option<Vec<u8>>, InvalidRequest>;

fn read(sources: &CredentialSources, headers: &[(&str, &[u8])]) -> Read {
    let pair =
        |&(name, value): &(&str, &[u8])| (HeaderName::try_from(name).unwrap(), HeaderValue::from_bytes(value).unwrap());
    let headers: HeaderMap = headers.iter().map(pair).collect();
    sources.read(&headers).map(|token| token.map(|token| token.as_ref().to_vec()))
}

fn authorization(sources: &CredentialSources, value: impl AsRef<[u8]>) -> Read {
    read(sources, &[("authorization", value.as_ref())])
}

fn token(text: &str) -> Vec<u8> {
    text.as_bytes().to_vec()
}

fn everything() -> CredentialSources {
    everything_but_raw().with(CredentialSource::raw())
}

fn everything_but_raw() -> CredentialSources {
    CredentialSources::github().with(CredentialSource::header("x-t".parse().unwrap()))
}

#[test]
fn scheme_is_read_in_any_case_and_with_any_number_of_spaces() {
    for value in ["Bearer t", "bearer t", "BEARER t", "bEaReR   t", " Bearer t ", "Bearer t\t"] {
        assert_eq!(authorization(&CredentialSources::default(), value), Ok(Some(token("t"))), "{value:?}");
    }
    for value in ["token t", "Token  t", "TOKEN t "] {
        assert_eq!(authorization(&CredentialSources::github(), value), Ok(Some(token("t"))), "{value:?}");
    }
}

#[test]
fn scheme_that_is_not_accepted_is_no_token() {
    for value in ["", " ", "Basic YWxpY2U6", "Bearer-t", "Bearert", "token t", "t"] {
        assert_eq!(authorization(&CredentialSources::default(), value), Ok(None), "{value:?}");
    }
    let raw = CredentialSources::from(CredentialSource::raw());
    for value in ["", "Bearer t", "Digest username=\"a\", realm=\"b\""] {
        assert_eq!(authorization(&raw, value), Ok(None), "{value:?}");
    }
    assert_eq!(authorization(&[].into_iter().collect(), "Bearer t"), Ok(None));
}

#[test]
fn what_does_not_begin_with_a_scheme_is_malformed() {
    for value in [":", "Bearer:t", "Bearer=t", "Bearer,t", "\"Bearer\" t", "t, t", "Bea\u{e9}rer t"] {
        assert_eq!(authorization(&CredentialSources::default(), value), Err(MalformedCredential), "{value:?}");
    }
}

#[test]
fn schemes_of_others_are_no_token() {
    for value in [
        "AWS4-HMAC-SHA256 Credential=a/b, SignedHeaders=host, Signature=c",
        "Digest username=\"alice\", realm=\"a\"",
        "Negotiate YII=",
        "NTLM TlRMTVNTUAAB",
        "OAuth realm=\"a\", oauth_nonce=\"b\"",
        "Hawk id=\"a\", ts=\"1\"",
        "Signature keyId=\"a\"",
        "SharedAccessSignature sr=a&sig=b",
        "undefined",
    ] {
        assert_eq!(authorization(&everything_but_raw(), value), Ok(None), "{value:?}");
    }
    let header = CredentialSources::from(CredentialSource::header("x-t".parse().unwrap()));
    for value in ["key=AAAA", "YWxpY2U6cHc=", "abc/def", "id:secret", "Custom/1.0 abc"] {
        assert_eq!(authorization(&header, value), Ok(None), "{value:?}");
    }
}

#[test]
fn scheme_with_no_word_or_several_is_malformed() {
    let sources = everything();
    for scheme in ["Bearer", "token", "Basic"] {
        for rest in ["", " ", " a b", " a, Bearer b", "\tt", " \tt", " a\tb"] {
            let value = format!("{scheme}{rest}");
            assert_eq!(authorization(&sources, &value), Err(MalformedCredential), "{value:?}");
        }
    }
}

#[test]
fn basic_is_read_with_padding_and_without() {
    let git = CredentialSources::git();
    for (credentials, expected) in [
        ("alice:t", "t"),
        (":t", "t"),
        ("x-access-token:t", "t"),
        ("alice:t:u", "t:u"),
        ("t:", "t"),
        ("t:x-oauth-basic", "t"),
        ("t:X-OAuth-Basic", "X-OAuth-Basic"),
        (":", ""),
        (":x-oauth-basic", ""),
    ] {
        for engine in [&BASE64_STANDARD, &BASE64_STANDARD_NO_PAD] {
            let value = format!("Basic {}", engine.encode(credentials));
            assert_eq!(authorization(&git, &value), Ok(Some(token(expected))), "{credentials:?}");
        }
    }
}

#[test]
fn part_of_basic_that_is_not_accepted_is_no_token_and_no_passage() {
    let basic = |credentials: &str| format!("Basic {}", BASE64_STANDARD.encode(credentials));
    let (password, username) = (CredentialSource::basic_password().into(), CredentialSource::basic_username().into());
    assert_eq!(authorization(&password, basic("t:")), Ok(Some(token(""))));
    assert_eq!(authorization(&password, basic("t:x-oauth-basic")), Ok(Some(token("x-oauth-basic"))));
    assert_eq!(authorization(&username, basic("alice:t")), Ok(Some(token(""))));
}

#[test]
fn basic_is_strict_base64_of_text_with_a_colon() {
    for encoded in [
        "YTp0cw=",
        "YTp0cw===",
        "YTp0cx==",
        "YTp0=",
        "YTp",
        "YTp0c-==",
        "YTp0c_==",
        "YTp0\u{a0}",
        "=",
        "YQ==",
        "YQo6dA",
        "YTp0AA==",
        "YTp0fw",
    ] {
        let value = format!("Basic {encoded}");
        assert_eq!(authorization(&CredentialSources::git(), &value), Err(MalformedBasic), "{value:?}");
    }
}

#[test]
fn raw_value_is_one_word_and_no_scheme_of_those_accepted() {
    let sources = CredentialSources::bearer().with(CredentialSource::raw());
    assert_eq!(authorization(&sources, " t "), Ok(Some(token("t"))));
    assert_eq!(authorization(&sources, "Bearer t"), Ok(Some(token("t"))));
    assert_eq!(authorization(&sources, "Bearer"), Err(MalformedCredential));
    assert_eq!(authorization(&sources, "Basic YTp0"), Ok(None));
}

#[test]
fn header_is_one_word() {
    let sources = CredentialSources::gitlab();
    assert_eq!(read(&sources, &[("PRIVATE-TOKEN", b" t ")]), Ok(Some(token("t"))));
    for value in ["", " ", "Bearer t", "a\tb"] {
        assert_eq!(read(&sources, &[("private-token", value.as_bytes())]), Err(MalformedHeader), "{value:?}");
    }
    assert_eq!(read(&CredentialSources::bearer(), &[("private-token", b"t")]), Ok(None));
}

#[test]
fn two_credentials_are_refused_wherever_they_stand_and_even_when_equal() {
    let (bearer, header) = (("authorization", b"Bearer t".as_slice()), ("x-t", b"t".as_slice()));
    for headers in [vec![bearer, bearer], vec![bearer, header], vec![header, header], vec![bearer, header, header]] {
        assert_eq!(read(&everything(), &headers), Err(SeveralCredentials), "{headers:?}");
    }
    let other = ("authorization", b"Negotiate a b".as_slice());
    assert_eq!(read(&CredentialSources::bearer(), &[other, bearer]), Err(SeveralCredentials));
    assert_eq!(read(&everything(), &[other, header]), Ok(Some(token("t"))));
    assert_eq!(read(&CredentialSources::bearer(), &[bearer, header]), Ok(Some(token("t"))));
}

#[test]
fn what_was_read_is_removed_and_nothing_else() {
    let sources = CredentialSources::gitlab();
    for (value, stays) in [("Bearer t", false), ("basic x", false), ("Negotiate t", true)] {
        let mut headers: HeaderMap = [("authorization", value), ("private-token", "t"), ("accept", "*/*")]
            .map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value)))
            .into_iter()
            .collect();
        sources.remove(&mut headers);
        assert_eq!(headers.contains_key("authorization"), stays, "{value}");
        assert_eq!((headers.contains_key("private-token"), headers.contains_key("accept")), (false, true));
    }
}

/// Values that come near to what is accepted, and any bytes.
fn value() -> impl Strategy<Value = Vec<u8>> {
    let word = prop::collection::vec(any::<u8>(), 0..12);
    let scheme = prop_oneof![Just("Bearer "), Just("token "), Just("Basic "), Just("basic\t"), Just(" "), Just("")];
    let encoded = prop::collection::vec(any::<u8>(), 0..12).prop_map(|bytes| BASE64_STANDARD.encode(bytes).into());
    (scheme, prop_oneof![word, encoded]).prop_map(|(scheme, rest)| [scheme.as_bytes(), &rest].concat())
}

fn words(value: &[u8]) -> Vec<&[u8]> {
    value.split(u8::is_ascii_whitespace).filter(|word| !word.is_empty()).collect()
}

proptest! {
    /// What is read stands in exactly one of the values, as a word of it or in the base64 of one.
    #[test]
    fn no_bytes_panic_or_are_read_as_two(values in prop::collection::vec((any::<bool>(), value()), 0..4)) {
        let values: Vec<_> = values.into_iter().filter(|(_, value)| HeaderValue::from_bytes(value).is_ok()).collect();
        let name = |own: bool| if own { "x-t" } else { "authorization" };
        let headers: Vec<_> = values.iter().map(|(own, value)| (name(*own), value.as_slice())).collect();
        let Ok(Some(token)) = read(&everything(), &headers) else { return Ok(()) };
        let bears = |&&(name, value): &&(&str, &[u8])| !matches!(read(&everything(), &[(name, value)]), Ok(None));
        let bearing: Vec<_> = headers.iter().filter(bears).collect();
        prop_assert_eq!(bearing.len(), 1);
        let words = words(bearing[0].1);
        let last = *words.last().unwrap();
        if words.len() == 2 && words[0].eq_ignore_ascii_case(b"basic") {
            let unpadded: Vec<_> = last.iter().copied().filter(|&byte| byte != b'=').collect();
            let decoded = BASE64_STANDARD_NO_PAD.decode(unpadded).unwrap();
            prop_assert!(decoded.ends_with(&token) || decoded.starts_with(&token));
        } else {
            prop_assert!(words.len() <= 2);
            prop_assert_eq!(last, token);
        }
    }
}
