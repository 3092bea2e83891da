//! Base62: the digits, the upper-case and the lower-case letters of ASCII, in that order.

const ALPHABET: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

const NO_VALUE: u8 = 64;

/// What each character stands for.
const VALUES: &[u8; 256] = &values();

const fn values() -> [u8; 256] {
    let mut values = [NO_VALUE; 256];
    let mut value = 0;
    while value < ALPHABET.len() {
        #[expect(clippy::cast_possible_truncation, reason = "there are 62")]
        let small = value as u8;
        values[ALPHABET[value] as usize] = small;
        value += 1;
    }
    values
}

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

/// The number that six characters stand for; none if they do not all belong to the alphabet, or if the number is greater
/// than 2³² − 1.
#[inline]
pub(super) fn decode(characters: &[u8]) -> Option<u32> {
    let characters: [u8; 6] = characters.try_into().ok()?;
    let values = characters.map(|character| u64::from(VALUES[usize::from(character)]));
    // In pairs, which a processor takes at the same time.
    let [high, middle, low] = *values.as_chunks().0 else { return None };
    let [high, middle, low] = [high, middle, low].map(|[tens, units]| tens * 62 + units);
    let number = (high * 62 * 62 + middle) * 62 * 62 + low;
    let is_written = values.iter().fold(0, |all, value| all | value) < u64::from(NO_VALUE);
    u32::try_from(number).ok().filter(|_| is_written)
}

#[cfg(test)]
mod tests {
    use super::{decode, encode, unbiased};

    #[test]
    fn what_was_written_is_read_again() {
        let powers = (0..32).map(|power| 1_u32 << power);
        for number in powers.flat_map(|power| [power - 1, power, power ^ u32::MAX]).chain(0..10_000) {
            assert_eq!(decode(&encode(number)), Some(number));
        }
    }

    #[test]
    fn what_stands_for_no_number_is_not_read() {
        for text in
            ["", "00000", "0000000", "4gfFC4", "4gfFD3", "zzzzzz", "00000-", "-00000", "0000é", "00 000", "00000\0"]
        {
            assert_eq!(decode(text.as_bytes()), None, "{text:?}");
        }
        for byte in (0..=u8::MAX).filter(|byte| !byte.is_ascii_alphanumeric()) {
            for place in 0..6 {
                let mut text = *b"000000";
                text[place] = byte;
                assert_eq!(decode(&text), None, "{byte:#x} {place}");
            }
        }
    }

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
