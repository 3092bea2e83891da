use super::contract::{Demand, Judge, Sealed};
use crate::requirement::{Held, Reach, Requirement};
use crate::scope::{Scope, ScopeKey};

/// How many bytes one number holds.
const WORD: usize = size_of::<u128>();

/// How many numbers a scope of the greatest length fills.
const WORDS: usize = 8;

/// A text of `LEN` bytes, packed by [`word`]. As a requirement it asks for the scope of this name.
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

    const KEY: ScopeKey<'static> = ScopeKey::of(Self::TEXT);
}

/// Implements a trait, for a text of any numbers.
macro_rules! of_text {
    ($trait:ident { $($body:tt)* }) => {
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
        > $trait for Text<LEN, A, B, C, D, E, F, G, H>
        {
            $($body)*
        }
    };
}

of_text!(Sealed {});

of_text!(Judge {
    const NAMES_PARAMETERS: bool = false;

    fn is_met(held: &Held<'_>, reach: Reach) -> bool {
        held.has(Self::KEY, reach)
    }

    fn every_parameter(_: &mut dyn FnMut(&'static str) -> bool) -> bool {
        true
    }
});

of_text!(Demand {
    fn requirement() -> Requirement {
        Requirement::scope(Scope::from_static(Self::TEXT))
    }
});

of_text!(Packed {
    const TEXT: &'static str = Self::TEXT;
});

/// A text that is a type: [`Text`].
///
/// ```
/// use tower_pat::guard::demand::{Packed, Text, word};
///
/// assert_eq!(<Text<4, { word("repo", 0) }> as Packed>::TEXT, "repo");
/// ```
pub trait Packed: Sealed + Send + Sync + 'static {
    /// The text.
    const TEXT: &'static str;
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
    let Ok(text) = str::from_utf8(bytes.split_at(len).0) else {
        panic!("a scope is printable ASCII");
    };
    assert!(Scope::is_scope(text), "a scope is printable ASCII without space, quote and backslash");
    text
}

#[cfg(test)]
#[cfg(not(model))]
mod tests {
    use proptest::prelude::{prop_assert_eq, proptest};

    use super::{WORDS, read, word};

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
