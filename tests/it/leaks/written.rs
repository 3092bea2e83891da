use base64::Engine;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE, URL_SAFE_NO_PAD};
use proptest::prelude::{ProptestConfig, any, prop, proptest};
use tower_pat::token::OsEntropy;

use crate::support::leak::is_seen;
use crate::support::{format, token};

/// The ways in which bytes are written down.
fn written(bytes: &[u8]) -> Vec<Vec<u8>> {
    let joined = |format: fn(&u8) -> String, separator: &str| {
        bytes.iter().map(format).collect::<Vec<_>>().join(separator).into_bytes()
    };
    let lower: fn(&u8) -> String = |byte| format!("{byte:02x}");
    let mut written = vec![
        bytes.to_vec(),
        joined(lower, ""),
        joined(|byte| format!("{byte:02X}"), ""),
        joined(lower, ":"),
        joined(lower, " "),
        joined(|byte| format!("0x{byte:x}"), ", "),
        joined(|byte| format!("%{byte:02X}"), ""),
        joined(|byte| format!("\\x{byte:02x}"), ""),
        format!("{bytes:?}").into_bytes(),
        format!("{bytes:#?}").into_bytes(),
        format!("{bytes:02x?}").into_bytes(),
        format!("{:?}", bytes::Bytes::copy_from_slice(bytes)).into_bytes(),
    ];
    written.extend([&STANDARD, &STANDARD_NO_PAD, &URL_SAFE, &URL_SAFE_NO_PAD].map(|code| code.encode(bytes).into()));
    written
}

/// In the midst of other things.
fn surrounded(bytes: &[u8]) -> Vec<u8> {
    [b"GET /?state=", bytes, b"&x=\"y\" (client 192.0.2.7)"].concat()
}

#[test]
fn token_and_digest_are_seen_however_they_are_written() {
    for _ in 0..20 {
        let token = token();
        let (text, digest) = (token.expose_secret().as_bytes(), *token.digest().as_bytes());
        let parts = [text, &digest, &text[9..24], &text[17..32], &digest[4..20], &digest[17..]];
        for (part, once) in parts.iter().flat_map(|part| written(part).into_iter().map(move |once| (part, once))) {
            assert!(is_seen(&surrounded(&once)), "{} bytes as {:?}", part.len(), String::from_utf8_lossy(&once));
        }
        for twice in written(text).iter().chain(&written(&digest)).flat_map(|once| written(once)) {
            assert!(is_seen(&surrounded(&twice)), "{:?}", String::from_utf8_lossy(&twice));
        }
    }
}

#[test]
fn token_is_seen_in_basic_credentials_whatever_the_user_is_called() {
    for user in ["", "x", "xy", "alice", "oauth2"] {
        for credentials in
            [format!("{user}:{}", token().expose_secret()), format!("{}:{user}", token().expose_secret())]
        {
            assert!(is_seen(format!("Basic {}", STANDARD.encode(credentials)).as_bytes()), "{user:?}");
        }
    }
}

#[test]
fn what_nobody_kept_is_seen_by_its_shape() {
    let stranger = format().generate(&OsEntropy).unwrap();
    let text = stranger.expose_secret().as_bytes();
    for once in written(text) {
        assert!(is_seen(&surrounded(&once)), "{:?}", String::from_utf8_lossy(&once));
    }
    let digest = stranger.digest();
    assert!(is_seen(format!("digest={:02x?}", digest.as_bytes()).replace(['[', ',', ' ', ']'], "").as_bytes()));
}

#[test]
fn what_may_be_shown_is_not_taken_for_a_secret() {
    let token = token();
    let (text, digest) = (token.expose_secret(), token.digest());
    let mut misspelt = format().generate(&OsEntropy).unwrap().expose_secret().to_owned();
    let last = if misspelt.pop() == Some('a') { 'b' } else { 'a' };
    misspelt.push(last);
    for shown in [
        token.hint().to_string(),
        format!("{token:?} {digest:?} {:?}", digest.mark()),
        format!("{} {:08x}", digest.mark().bits(), digest.mark().bits()),
        text[..12].to_owned(),
        "x".repeat(10_000),
        "018f3b2e-7c1a-7d00-8000-0123456789ab".repeat(20),
        "INSERT INTO pat_tokens (id, digest) VALUES (?, ?)".to_owned(),
        misspelt,
    ] {
        assert!(!is_seen(shown.as_bytes()), "{shown:.60}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn token_is_seen_among_any_bytes(before in prop::collection::vec(any::<u8>(), 0..60), after in prop::collection::vec(any::<u8>(), 0..60)) {
        assert!(is_seen(&[&before, token().expose_secret().as_bytes(), &after].concat()));
        assert!(!is_seen(&[before, after].concat()));
    }
}
