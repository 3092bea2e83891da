use super::contract::{Demand, Sealed};
use crate::requirement::Requirement;
use crate::scope::{Scope, ScopeSet};

/// How many bytes one number holds.
const WORD: usize = size_of::<u128>();

/// How many numbers a scope of the greatest length fills.
const WORDS: usize = 8;

/// Asks for one scope of `LEN` bytes, packed by [`word`].
///
/// Numbers that are not the text of a scope do not compile where the requirement is used.
///
/// ```
/// use tower_pat::guard::demand::{Text, word};
///
/// type Read = Text<20, { word("annual-invoices:read", 0) }, { word("annual-invoices:read", 1) }>;
/// assert_eq!(Read::TEXT, "annual-invoices:read");
/// ```
#[derive(Debug)]
pub struct Text<
    const LEN: usize,
    const A: u128,
    const B: u128 = 0,
    const C: u128 = 0,
    const D: u128 = 0,
    const E: u128 = 0,
    const F: u128 = 0,
    const G: u128 = 0,
    const H: u128 = 0,
>;

impl<
    const LEN: usize,
    const A: u128,
    const B: u128,
    const C: u128,
    const D: u128,
    const E: u128,
    const F: u128,
    const G: u128,
    const H: u128,
> Text<LEN, A, B, C, D, E, F, G, H>
{
    const BYTES: &'static [[u8; WORD]; WORDS] = &[
        A.to_le_bytes(),
        B.to_le_bytes(),
        C.to_le_bytes(),
        D.to_le_bytes(),
        E.to_le_bytes(),
        F.to_le_bytes(),
        G.to_le_bytes(),
        H.to_le_bytes(),
    ];

    /// The scope.
    pub const TEXT: &'static str = read(Self::BYTES.as_flattened(), LEN);
}

impl<
    const LEN: usize,
    const A: u128,
    const B: u128,
    const C: u128,
    const D: u128,
    const E: u128,
    const F: u128,
    const G: u128,
    const H: u128,
> Sealed for Text<LEN, A, B, C, D, E, F, G, H>
{
}

impl<
    const LEN: usize,
    const A: u128,
    const B: u128,
    const C: u128,
    const D: u128,
    const E: u128,
    const F: u128,
    const G: u128,
    const H: u128,
> Demand for Text<LEN, A, B, C, D, E, F, G, H>
{
    fn is_met_by(granted: &ScopeSet) -> bool {
        granted.contains(Self::TEXT)
    }

    fn requirement() -> Requirement {
        Requirement::scope(Scope::from_static(Self::TEXT))
    }
}

/// The bytes `16 * place` and following of a text as a number, for the parameters of [`Text`]. What is past the end of
/// the text counts as zero.
///
/// ```
/// use tower_pat::guard::demand::word;
///
/// assert_eq!(word("read", 0), u128::from(u32::from_le_bytes(*b"read")));
/// assert_eq!(word("read", 1), 0);
/// ```
#[must_use]
pub const fn word(text: &str, place: usize) -> u128 {
    let text = text.as_bytes();
    let start = place * WORD;
    let mut bytes = [0; WORD];
    let mut at = 0;
    while at < WORD && start + at < text.len() {
        bytes[at] = text[start + at];
        at += 1;
    }
    u128::from_le_bytes(bytes)
}

const fn read(bytes: &[u8], len: usize) -> &str {
    assert!(1 <= len && len <= bytes.len(), "a scope has 1 to 128 bytes");
    let bytes = bytes.split_at(len).0;
    assert!(is_scope(bytes), "a scope is printable ASCII without space, quote and backslash");
    let Ok(text) = str::from_utf8(bytes) else {
        panic!("printable ASCII is UTF-8");
    };
    text
}

/// The rule of [`Scope::parse`], which a constant cannot call.
const fn is_scope(bytes: &[u8]) -> bool {
    let mut at = 0;
    while at < bytes.len() {
        if !matches!(bytes[at], 0x21 | 0x23..=0x5b | 0x5d..=0x7e) {
            return false;
        }
        at += 1;
    }
    true
}

#[cfg(test)]
#[cfg(not(model))]
mod tests {
    use proptest::prelude::{prop_assert_eq, proptest};

    use super::{WORDS, is_scope, read, word};
    use crate::scope::Scope;

    fn unpack(text: &str) -> String {
        let words: [_; WORDS] = std::array::from_fn(|place| word(text, place).to_le_bytes());
        read(words.as_flattened(), text.len()).to_owned()
    }

    proptest! {
        #[test]
        fn packed_text_is_read_back(text in r"[!#-\[\]-~]{1,128}") {
            prop_assert_eq!(unpack(&text), text);
        }
    }

    #[test]
    fn text_is_read_back_at_the_edges_of_a_word() {
        for len in [1, 15, 16, 17, 31, 32, 33, 127, 128] {
            let text: String = (0..len).map(|place| char::from(b'a' + place % 26)).collect();
            assert_eq!(unpack(&text), text);
        }
    }

    #[test]
    fn every_byte_is_judged_as_in_a_scope() {
        for byte in 0..128_u8 {
            let text = char::from(byte).to_string();
            assert_eq!(is_scope(text.as_bytes()), Scope::parse(&text).is_ok(), "{text:?}");
        }
        assert!(!is_scope("é".as_bytes()));
    }

    #[test]
    #[should_panic(expected = "without space")]
    fn text_that_is_no_scope_is_refused() {
        read(b"a b", 3);
    }

    #[test]
    #[should_panic(expected = "1 to 128")]
    fn text_of_no_length_is_refused() {
        read(&[0; 128], 0);
    }

    #[test]
    #[should_panic(expected = "1 to 128")]
    fn text_of_too_great_length_is_refused() {
        read(&[b'a'; 128], 129);
    }
}
