//! Base62: the digits, the upper-case and the lower-case letters of ASCII, in that order.

const ALPHABET: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// Bytes from here on are thrown away: below it every character has four bytes, so that none is likelier than another.
const UNBIASED: u8 = 248;

/// The character of a random byte, or none for a byte that would give some characters an advantage.
pub(super) fn unbiased(byte: u8) -> Option<u8> {
    (byte < UNBIASED).then(|| ALPHABET[usize::from(byte % 62)])
}

/// A number as six characters, most significant first. 62⁶ is more than 2³², so every number has its own form.
pub(super) fn encode(number: u32) -> [u8; 6] {
    let mut rest = number;
    let mut encoded = [b'0'; 6];
    for character in encoded.iter_mut().rev() {
        *character = ALPHABET[(rest % 62) as usize];
        rest /= 62;
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::{encode, unbiased};

    #[test]
    fn numbers_are_padded_and_big_endian() {
        assert_eq!(&encode(0), b"000000");
        assert_eq!(&encode(61), b"00000z");
        assert_eq!(&encode(62), b"000010");
        assert_eq!(&encode(u32::MAX), b"4gfFC3");
    }

    #[test]
    fn each_character_has_four_bytes() {
        let mut count = [0_u8; 128];
        for character in (0..=u8::MAX).filter_map(unbiased) {
            count[usize::from(character)] += 1;
        }
        let alphabet: Vec<_> = (0..128).filter(|&character| count[character] != 0).collect();
        assert_eq!(alphabet.len(), 62);
        assert!(alphabet.into_iter().all(|character| count[character] == 4));
    }
}
