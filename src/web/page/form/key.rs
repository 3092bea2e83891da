use std::fmt::Write;

use crate::token::{Entropy, OsEntropy};

/// By what a form is recognised that is sent twice. Without randomness it has none, and is refused when it is sent.
pub(in crate::web::page) fn new_key() -> String {
    let (mut bytes, mut text) = ([0; 16], String::new());
    if OsEntropy.fill(&mut bytes).is_ok() {
        for byte in bytes {
            let _ = write!(text, "{byte:02x}");
        }
    }
    text
}
