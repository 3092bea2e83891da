//! Classes of bytes as tables: a byte is then one look, whatever its class, and a text is asked to its end without a branch.

/// Which bytes belong to it.
pub(crate) struct Class([bool; 256]);

/// Letters and digits of ASCII.
pub(crate) const ALPHANUMERIC: &Class = &Class::of(b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

/// What a `b64token` may have before its padding (RFC 6750, section 2.1).
pub(crate) const B64TOKEN: &Class = &Class::of(b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-._~+/");

/// White space of ASCII.
pub(crate) const SPACE: &Class = &Class::of(b"\t\n\x0c\r ");

impl Class {
    const fn of(members: &[u8]) -> Self {
        let mut class = [false; 256];
        let mut at = 0;
        while at < members.len() {
            class[members[at] as usize] = true;
            at += 1;
        }
        Self(class)
    }

    /// Whether all bytes of a text belong to it.
    #[inline]
    pub(crate) fn has_all(&self, text: &[u8]) -> bool {
        text.iter().fold(true, |all, &byte| all & self.0[usize::from(byte)])
    }

    /// Whether any byte of a text belongs to it.
    pub(crate) fn has_any(&self, text: &[u8]) -> bool {
        text.iter().fold(false, |any, &byte| any | self.0[usize::from(byte)])
    }
}

#[cfg(test)]
mod tests {
    use super::{ALPHANUMERIC, B64TOKEN, SPACE};

    #[test]
    fn classes_are_those_of_the_standards() {
        for byte in 0..=u8::MAX {
            let b64token = byte.is_ascii_alphanumeric() || b"-._~+/".contains(&byte);
            assert_eq!(ALPHANUMERIC.has_all(&[byte]), byte.is_ascii_alphanumeric(), "{byte:#x}");
            assert_eq!(B64TOKEN.has_all(&[byte]), b64token, "{byte:#x}");
            assert_eq!(SPACE.has_any(&[byte]), byte.is_ascii_whitespace(), "{byte:#x}");
        }
    }

    #[test]
    fn every_byte_counts() {
        for place in 0..50 {
            let mut text = [b'a'; 50];
            assert!(ALPHANUMERIC.has_all(&text) && !SPACE.has_any(&text));
            text[place] = b' ';
            assert!(!ALPHANUMERIC.has_all(&text) && SPACE.has_any(&text), "{place}");
        }
        assert!(ALPHANUMERIC.has_all(b"") && !SPACE.has_any(b""));
    }
}
