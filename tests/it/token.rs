//! Tokens as properties: what is made is recognised, what is spoilt is refused, no character is likelier than another.

use std::sync::atomic::{AtomicU64, Ordering};

use proptest::prelude::{Just, Strategy, prop, prop_assert, prop_oneof, proptest};
use regex::Regex;
use tower_pat::TokenFormat;
use tower_pat::token::{Entropy, EntropyError, PatToken, TokenDigest};

const BODY_AND_CHECKSUM: usize = 36;
const CHECKSUM: usize = 6;

/// Randomness that is the same for the same seed.
#[derive(Debug)]
struct Seeded {
    seed: u64,
    block: AtomicU64,
}

impl Seeded {
    fn new(seed: u64) -> Self {
        let block = AtomicU64::new(0);
        Self { seed, block }
    }
}

impl Entropy for Seeded {
    fn fill(&self, bytes: &mut [u8]) -> Result<(), EntropyError> {
        for chunk in bytes.chunks_mut(32) {
            let block = self.block.fetch_add(1, Ordering::Relaxed);
            let random = TokenDigest::of([self.seed.to_le_bytes(), block.to_le_bytes()].concat());
            chunk.copy_from_slice(&random.as_bytes()[..chunk.len()]);
        }
        Ok(())
    }
}

fn formats() -> impl Strategy<Value = TokenFormat> {
    let prefixes = prop_oneof![
        Just("a".to_owned()),
        Just("acme_pat".to_owned()),
        Just("abcdefghij_1234567".to_owned()),
        "[a-z0-9]([a-z0-9_]{0,16}[a-z0-9])?",
    ];
    prefixes.prop_map(|prefix| TokenFormat::new(&prefix).unwrap())
}

fn tokens() -> impl Strategy<Value = (TokenFormat, PatToken)> {
    (formats(), proptest::num::u64::ANY).prop_map(|(format, seed)| {
        let token = format.generate(&Seeded::new(seed)).unwrap();
        (format, token)
    })
}

fn characters() -> impl Iterator<Item = char> + Clone {
    (0x20_u8..0x7f).map(char::from).chain(['é', '\0', '\u{ff10}'])
}

fn is_refused(format: &TokenFormat, text: &str) -> bool {
    format.parse(text).is_err() && format.digest(text).is_none()
}

proptest! {
    #[test]
    fn every_generated_token_parses_and_matches_the_scanner_regex((format, token) in tokens()) {
        let text = token.expose_secret();
        prop_assert!(format.parse(text).is_ok());
        prop_assert!(format.digest(text) == Some(token.digest()));
        prop_assert!(token.digest() == TokenDigest::of(text));
        prop_assert!(text.len() <= 55);
        let scanner = Regex::new(&format.scanner_regex()).unwrap();
        let leaked = format!("curl -H 'Authorization: Bearer {text}'");
        prop_assert!(scanner.find(&leaked).unwrap().as_str() == text);
        prop_assert!(scanner.find(text).unwrap().as_str() == text);
        let escaped = format!(r#"{{"log": "GET /\n{text}\n"}}"#);
        prop_assert!(scanner.find(&escaped).unwrap().as_str() == text);
    }

    #[test]
    fn any_one_character_changed_dropped_or_added_is_refused((format, token) in tokens()) {
        let text = token.expose_secret();
        for at in 0..=text.len() {
            for character in characters() {
                let added = [&text[..at], &character.to_string(), &text[at..]].concat();
                prop_assert!(is_refused(&format, &added), "{character:?} added at {at}");
                let Some(there) = text[at..].chars().next() else { continue };
                let changed = [&text[..at], &character.to_string(), &text[at + 1..]].concat();
                prop_assert!(character == there || is_refused(&format, &changed), "{character:?} at {at}");
            }
            if at < text.len() {
                prop_assert!(is_refused(&format, &[&text[..at], &text[at + 1..]].concat()), "dropped at {at}");
            }
        }
    }

    #[test]
    fn any_two_different_characters_of_the_body_swapped_are_refused((format, token) in tokens()) {
        let text = token.expose_secret();
        let body = text.len() - BODY_AND_CHECKSUM..text.len() - CHECKSUM;
        for (one, other) in body.clone().flat_map(|one| body.clone().map(move |other| (one, other))) {
            let mut bytes = text.as_bytes().to_vec();
            bytes.swap(one, other);
            let swapped = String::from_utf8(bytes).unwrap();
            prop_assert!(swapped == text || is_refused(&format, &swapped), "{one} and {other}");
        }
    }

    #[test]
    fn any_bytes_are_read_without_a_panic(bytes in prop::collection::vec(proptest::num::u8::ANY, 0..80), format in formats()) {
        prop_assert!(format.digest(&bytes).is_none());
    }
}

#[test]
fn prefix_that_is_none_is_refused() {
    for prefix in ["", "_", "a_", "_a", "A", "a-b", "a b", "é", "abcdefghij_12345678"] {
        assert!(TokenFormat::new(prefix).is_err(), "{prefix:?}");
    }
}

#[test]
fn token_of_another_prefix_is_refused_unless_it_is_accepted() {
    let (old, new) = (TokenFormat::new("initech").unwrap(), TokenFormat::new("acme_pat").unwrap());
    let token = old.generate(&Seeded::new(1)).unwrap();
    assert!(is_refused(&new, token.expose_secret()));
    let both = new.with_accepted_prefix("initech").unwrap();
    assert!(both.parse(token.expose_secret()).is_ok());
    assert!(is_refused(&both, &token.expose_secret().replacen("initech", "acme_pat", 1)));
}

#[test]
fn generator_that_cannot_answer_makes_no_token() {
    #[derive(Debug)]
    struct Broken;
    impl Entropy for Broken {
        fn fill(&self, _bytes: &mut [u8]) -> Result<(), EntropyError> {
            Err(EntropyError::new("no device"))
        }
    }
    assert!(TokenFormat::new("acme_pat").unwrap().generate(&Broken).is_err());
}

const ALPHABET: &[u8] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// Pearson's chi-squared of the characters against an even spread; 61 degrees of freedom.
fn chi_squared(characters: impl Iterator<Item = u8>) -> f64 {
    let mut counts = [0_u32; 62];
    for character in characters {
        counts[ALPHABET.iter().position(|&known| known == character).unwrap()] += 1;
    }
    let expected = f64::from(counts.iter().sum::<u32>()) / 62.0;
    counts.iter().map(|&count| (f64::from(count) - expected).powi(2) / expected).sum()
}

/// The value that 61 degrees of freedom pass about once in 100,000 times.
const LIMIT: f64 = 120.0;

#[test]
fn no_character_of_100_000_bodies_is_likelier_than_another() {
    let (format, entropy) = (TokenFormat::new("acme_pat").unwrap(), Seeded::new(42));
    let tokens: Vec<_> = (0..100_000).map(|_| format.generate(&entropy).unwrap()).collect();
    let body = |token: &PatToken| {
        let text = token.expose_secret().as_bytes();
        text[text.len() - BODY_AND_CHECKSUM..text.len() - CHECKSUM].to_vec()
    };
    let bodies: Vec<_> = tokens.iter().map(body).collect();
    assert!(chi_squared(bodies.iter().flatten().copied()) < LIMIT);
    for at in 0..30 {
        assert!(chi_squared(bodies.iter().map(|body| body[at])) < LIMIT, "at {at}");
    }
}

#[test]
fn remainder_of_a_byte_would_be_caught_as_biased() {
    let entropy = Seeded::new(42);
    let mut bytes = vec![0; 100_000];
    entropy.fill(&mut bytes).unwrap();
    assert!(chi_squared(bytes.iter().map(|byte| ALPHABET[usize::from(byte % 62)])) > LIMIT);
}
