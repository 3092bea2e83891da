use std::sync::LazyLock;

use regex::bytes::Regex;
use tower_pat::TokenFormat;

use super::peel::{peel, runs};
use super::secrets::{Secret, kept_in};

/// How many ways of writing may lie around a secret, such as hexadecimal in base64 in a percent-encoded text.
const LAYERS: usize = 3;

/// All the prefixes that the tests use.
static FORMAT: LazyLock<TokenFormat> = LazyLock::new(|| {
    let format = TokenFormat::new("acme_pat").unwrap();
    ["demo_pat", "git_pat", "initech", "walk_pat"]
        .into_iter()
        .fold(format, |format, prefix| format.with_accepted_prefix(prefix).unwrap())
});
static SHAPE: LazyLock<Regex> = LazyLock::new(|| Regex::new(&FORMAT.scanner_regex()).unwrap());

/// The first secret in these bytes: a kept one, or what has the shape of one.
pub(super) fn find(bytes: &[u8], wanted: &[Secret]) -> Option<Secret> {
    find_within(bytes, wanted, LAYERS)
}

/// Whatever has the shape and the checksum of a token.
pub(super) fn tokens_in(bytes: &[u8]) -> impl Iterator<Item = &[u8]> {
    SHAPE.find_iter(bytes).map(|found| found.as_bytes()).filter(|found| FORMAT.digest(found).is_some())
}

fn find_within(bytes: &[u8], wanted: &[Secret], layers: usize) -> Option<Secret> {
    let plain = kept_in(bytes, wanted).or_else(|| shape_in(bytes).filter(|secret| wanted.contains(secret)));
    plain.or_else(|| {
        let layers = layers.checked_sub(1)?;
        peel(bytes).iter().find_map(|inner| find_within(inner, wanted, layers))
    })
}

fn shape_in(bytes: &[u8]) -> Option<Secret> {
    if tokens_in(bytes).next().is_some() {
        return Some(Secret::Token);
    }
    let is_digest = |run: &[u8]| run.len() == 64;
    runs(bytes, |byte| byte.is_ascii_alphanumeric(), 64)
        .any(|run| is_digest(run) && run.iter().all(u8::is_ascii_hexdigit))
        .then_some(Secret::Digest)
}
