use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{LazyLock, PoisonError, RwLock};

use tower_pat::TokenFormat;
use tower_pat::token::{OsEntropy, PatToken, TokenDigest};

use super::watch::watch;

/// What must not be found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Secret {
    Token,
    Digest,
}

/// The random part of a token, before its checksum: the end of the checksum is shown in hints.
const BODY_TO_END: usize = 36;
const BODY: usize = 30;

/// Pieces of eight bytes. Whatever 15 bytes of a body or a digest stand somewhere, there is a piece in them.
static PIECES: LazyLock<RwLock<HashMap<u64, Secret>>> = LazyLock::new(RwLock::default);

/// One bit for many pieces, so that nearly all that is looked at costs no look-up.
static SKETCH: [AtomicU64; 1 << 15] = [const { AtomicU64::new(0) }; 1 << 15];

/// Makes a token of this format and keeps it.
pub(crate) fn token_of(format: &TokenFormat) -> PatToken {
    let token = format.generate(&OsEntropy).unwrap();
    keep(&token);
    token
}

/// Keeps a token that was made by other means.
pub(crate) fn keep(token: &PatToken) {
    keep_text(token.expose_secret());
}

pub(crate) fn keep_text(token: &str) {
    let body = &token.as_bytes()[token.len() - BODY_TO_END..][..BODY];
    keep_pieces(body, [0, 8, 16, 22], Secret::Token);
    keep_digest(&TokenDigest::of(token));
}

pub(crate) fn keep_digest(digest: &TokenDigest) {
    keep_pieces(digest.as_bytes(), [0, 8, 16, 24], Secret::Digest);
}

fn keep_pieces(bytes: &[u8], offsets: [usize; 4], secret: Secret) {
    watch();
    let mut pieces = PIECES.write().unwrap_or_else(PoisonError::into_inner);
    for offset in offsets {
        let piece = bytes[offset..offset + 8].iter().fold(0, |piece, &byte| append(piece, byte));
        pieces.insert(piece, secret);
        let (word, bit) = place_in_sketch(piece);
        SKETCH[word].fetch_or(bit, Ordering::SeqCst);
    }
}

/// The kept secret of which a piece stands in these bytes.
pub(super) fn kept_in(bytes: &[u8], wanted: &[Secret]) -> Option<Secret> {
    let mut piece = 0;
    for (at, &byte) in bytes.iter().enumerate() {
        piece = append(piece, byte);
        let (word, bit) = place_in_sketch(piece);
        if at >= 7 && SKETCH[word].load(Ordering::Relaxed) & bit != 0 {
            let pieces = PIECES.read().unwrap_or_else(PoisonError::into_inner);
            let found = pieces.get(&piece).copied().filter(|secret| wanted.contains(secret));
            if found.is_some() {
                return found;
            }
        }
    }
    None
}

fn append(piece: u64, byte: u8) -> u64 {
    piece << 8 | u64::from(byte)
}

fn place_in_sketch(piece: u64) -> (usize, u64) {
    let hash = piece.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 43;
    (usize::try_from(hash >> 6).expect("15 bits"), 1 << (hash & 63))
}
