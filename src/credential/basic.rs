//! The scheme `Basic` (RFC 7617): base64 of a user name, a colon and a password.

use base64::engine::DecodePaddingMode;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig};
use base64::{Engine, alphabet, decoded_len_estimate};
use zeroize::Zeroizing;

/// With all of the padding. Neither engine takes bits that encode nothing: one value has one form.
const PADDED: GeneralPurpose = engine(DecodePaddingMode::RequireCanonical);
const UNPADDED: GeneralPurpose = engine(DecodePaddingMode::RequireNone);

const fn engine(padding: DecodePaddingMode) -> GeneralPurpose {
    let config = GeneralPurposeConfig::new().with_decode_padding_mode(padding).with_decode_allow_trailing_bits(false);
    GeneralPurpose::new(&alphabet::STANDARD, config)
}

/// Which part of the credentials is the token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Basic {
    pub(super) password: bool,
    pub(super) username: bool,
}

impl Basic {
    pub(super) const NONE: Self = Self { password: false, username: false };

    /// The token in encoded credentials; none when they are malformed. It is empty when nothing in well-formed ones
    /// stands where a token may.
    pub(super) fn token(self, encoded: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
        let mut credentials = decode(encoded)?;
        if credentials.iter().any(u8::is_ascii_control) {
            return None;
        }
        let colon = credentials.iter().position(|&byte| byte == b':')?;
        if self.is_username(&credentials[colon + 1..]) {
            credentials.truncate(colon);
        } else if self.password {
            credentials.drain(..=colon);
        } else {
            credentials.clear();
        }
        Some(credentials)
    }

    /// Whether the user name is the token, beside this password.
    fn is_username(self, password: &[u8]) -> bool {
        self.username && matches!(password, b"" | b"x-oauth-basic")
    }
}

fn decode(encoded: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let engine = if encoded.ends_with(b"=") { PADDED } else { UNPADDED };
    // As long as it can become: a buffer that grows would leave copies of the secret behind.
    let mut decoded = Zeroizing::new(vec![0; decoded_len_estimate(encoded.len())]);
    let length = engine.decode_slice(encoded, &mut decoded).ok()?;
    decoded.truncate(length);
    Some(decoded)
}
