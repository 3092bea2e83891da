//! Tokens that another issuer made: what is accepted, and what stays the business of the service's own format.

use proptest::prelude::{Just, Strategy, any, prop, prop_assert, prop_assert_eq, prop_oneof, proptest};
use regex::bytes::Regex;
use tower_pat::TokenFormat;
use tower_pat::invalid::InvalidValueKind;
use tower_pat::token::{AcceptedFormats, OpaqueFormat, TokenDigest};

use crate::support::leak;

const B64TOKEN: &str = r"^[A-Za-z0-9\-._~+/]+=*$";

fn own() -> TokenFormat {
    TokenFormat::new("acme_pat").unwrap()
}

/// The service's own tokens, and any foreign one.
fn both() -> AcceptedFormats {
    AcceptedFormats::from(own()).or(OpaqueFormat::new())
}

/// Texts that are a `b64token`, or one but for a byte, of lengths about the least and the greatest.
fn presented() -> impl Strategy<Value = Vec<u8>> {
    const ALPHABET: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~+/";
    let body = |len| prop::collection::vec(prop::sample::select(ALPHABET), len);
    let bodies = prop_oneof![0..40_usize, 500..520_usize].prop_flat_map(body);
    let tokens = (bodies, 0..4_usize).prop_map(|(body, padding)| [body, vec![b'='; padding]].concat());
    let bytes = prop::option::weighted(0.3, prop_oneof![any::<u8>(), Just(b'=')]);
    (tokens, any::<prop::sample::Index>(), bytes).prop_map(|(mut token, at, byte)| {
        if let (Some(byte), false) = (byte, token.is_empty()) {
            let at = at.index(token.len());
            token[at] = byte;
        }
        token
    })
}

proptest! {
    #[test]
    fn format_accepts_what_the_grammar_does_within_its_bounds(text in presented(), min_len in 1..=512_usize) {
        let grammar = Regex::new(B64TOKEN).unwrap();
        for (format, least) in [(OpaqueFormat::new(), 16), (OpaqueFormat::new().with_min_len(min_len).unwrap(), min_len)] {
            let expected = grammar.is_match(&text) && (least..=512).contains(&text.len());
            prop_assert_eq!(format.digest(&text), expected.then(|| TokenDigest::of(&text)));
            prop_assert_eq!(AcceptedFormats::from(format).digest(&text), expected.then(|| TokenDigest::of(&text)));
        }
    }

    #[test]
    fn any_bytes_are_read_without_a_panic(text in prop::collection::vec(any::<u8>(), 0..600)) {
        let expected = Regex::new(B64TOKEN).unwrap().is_match(&text) && (16..=512).contains(&text.len());
        prop_assert_eq!(both().digest(&text).is_some(), expected);
    }

    #[test]
    fn own_token_with_a_mistyped_character_is_not_rescued_by_a_foreign_format(at in 9..45_usize, byte in b'!'..=b'~') {
        let token = leak::token_of(&own());
        let mut text = token.expose_secret().as_bytes().to_vec();
        prop_assert!(both().digest(&text) == Some(token.digest()));
        let there = std::mem::replace(&mut text[at], byte);
        prop_assert!(there == byte || both().digest(&text).is_none());
    }
}

#[test]
fn every_byte_is_accepted_or_refused_as_the_grammar_says() {
    let grammar = Regex::new(B64TOKEN).unwrap();
    for byte in 0..=u8::MAX {
        for at in [0, 7, 15] {
            let mut text = *b"0123456789abcdef";
            text[at] = byte;
            assert_eq!(OpaqueFormat::new().digest(text).is_some(), grammar.is_match(&text), "{byte} at {at}");
        }
    }
}

#[test]
fn padding_stands_at_the_end_and_never_alone() {
    let accepts = |text: &str| OpaqueFormat::new().digest(text).is_some();
    assert!(accepts("0123456789abcde="));
    assert!(accepts("0==============="));
    assert!(!accepts("================"));
    assert!(!accepts("01234567=9abcdef"));
    assert!(!accepts("=0123456789abcde"));
}

#[test]
fn length_counts_from_16_to_512_bytes_padding_included() {
    let accepts = |len: usize, padding: usize| {
        let text = ["a".repeat(len - padding), "=".repeat(padding)].concat();
        OpaqueFormat::new().digest(text).is_some()
    };
    for padding in [0, 1] {
        let accepted: Vec<_> = [15, 16, 512, 513, 100_000].map(|len| accepts(len, padding)).to_vec();
        assert_eq!(accepted, [false, true, true, false, false]);
    }
}

#[test]
fn required_prefix_is_required_as_it_is_written() {
    let format = OpaqueFormat::new().with_prefix("glpat-").unwrap();
    assert!(format.digest("glpat-0123456789").is_some());
    for text in ["GLPAT-0123456789", "glpat_0123456789", "0123456789glpat-", "xglpat-0123456789", "glpat-"] {
        assert!(format.digest(text).is_none(), "{text}");
    }
}

#[test]
fn prefix_or_length_that_is_none_is_refused() {
    for prefix in ["", "a b", "a=", "é", "a\n", "a\"", &"a".repeat(65)] {
        let error = OpaqueFormat::new().with_prefix(prefix).unwrap_err();
        assert_eq!(error.kind(), InvalidValueKind::OpaquePrefix, "{prefix:?}");
    }
    assert!(OpaqueFormat::new().with_prefix(&"a".repeat(64)).is_ok());
    for len in [0, 513, usize::MAX] {
        let error = OpaqueFormat::new().with_min_len(len).unwrap_err();
        assert_eq!(error.kind(), InvalidValueKind::OpaqueLen, "{len}");
    }
}

#[test]
fn own_prefix_with_another_length_is_a_foreign_matter() {
    let tail = |len: usize| format!("acme_pat_{}", "0".repeat(len));
    let accepted = [20, 35, 36, 37, 40].map(|len| both().digest(tail(len)).is_some());
    assert_eq!(accepted, [true, true, false, true, true]);
}

#[test]
fn every_format_is_accepted_whatever_the_order_and_the_grouping() {
    let new = || AcceptedFormats::from(own());
    let old = || AcceptedFormats::from(TokenFormat::new("initech").unwrap());
    let foreign = || AcceptedFormats::from(OpaqueFormat::new().with_prefix("glpat-").unwrap());
    let other = || AcceptedFormats::from(OpaqueFormat::new().with_prefix("ghp_").unwrap());
    let generate = |prefix| leak::token_of(&TokenFormat::new(prefix).unwrap());
    let (of_new, of_old) = (generate("acme_pat"), generate("initech"));
    for accepted in [
        new().or(old()).or(foreign()).or(other()),
        other().or(foreign()).or(old()).or(new()),
        foreign().or(new()).or(other().or(old()).or(new())),
    ] {
        for text in [of_new.expose_secret(), of_old.expose_secret(), "glpat-0123456789", "ghp_0123456789ab"] {
            assert!(accepted.digest(text) == Some(TokenDigest::of(text)), "{text}");
        }
        assert!(accepted.digest(format!("initech_{}", "0".repeat(36))).is_none());
        assert!(accepted.digest("0123456789abcdef").is_none());
    }
}
