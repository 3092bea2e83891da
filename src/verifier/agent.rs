use memchr::memmem;

/// So many characters of it are told.
const MAX_CHARS: usize = 200;

/// What a client calls itself, for people to read: its beginning, without what cannot be seen or turns what follows; what is
/// not UTF-8 is marked. None if it says nothing, or if the token stands in it.
pub(super) fn legible(agent: &[u8], token: &[u8]) -> Option<Box<str>> {
    if memmem::find(agent, token).is_some() {
        return None;
    }
    let chars = agent.utf8_chunks().flat_map(|chunk| {
        let invalid = (!chunk.invalid().is_empty()).then_some(char::REPLACEMENT_CHARACTER);
        chunk.valid().chars().chain(invalid)
    });
    let text: String = chars.filter(|&char| is_seen(char)).take(MAX_CHARS).collect();
    (!text.trim().is_empty()).then(|| text.trim().into())
}

/// Not control characters, nor those of Unicode that join, part, turn or tag what stands around them.
fn is_seen(char: char) -> bool {
    let is_format = matches!(char, '\u{ad}' | '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}');
    !char.is_control() && !is_format
}

#[cfg(test)]
#[cfg(not(model))]
mod tests {
    use proptest::prelude::*;

    use super::legible;

    const TOKEN: &[u8] = b"acme_pat_0123456789";

    fn read(agent: impl AsRef<[u8]>) -> Option<String> {
        legible(agent.as_ref(), TOKEN).map(String::from)
    }

    #[test]
    fn usual_agent_is_told_as_it_is() {
        assert_eq!(read("curl/8.5.0").as_deref(), Some("curl/8.5.0"));
        assert_eq!(read(" Mozilla/5.0 (X11; Linux) ").as_deref(), Some("Mozilla/5.0 (X11; Linux)"));
        assert_eq!(read("Zürich/1").as_deref(), Some("Zürich/1"));
    }

    #[test]
    fn long_agent_is_cut_between_characters() {
        for char in ["a", "ü", "€", "𝄞"] {
            assert_eq!(read(char.repeat(201)), Some(char.repeat(200)));
        }
    }

    #[test]
    fn what_cannot_be_seen_is_left_out_and_what_is_no_text_is_marked() {
        assert_eq!(read("a\r\n\t\0\u{9b}b\u{202e}c\u{200b}d").as_deref(), Some("abcd"));
        assert_eq!(read(b"a\xff\xfeb\xc3").as_deref(), Some("a\u{fffd}\u{fffd}b\u{fffd}"));
        for nothing in ["", "   ", "\t\t", "\u{feff}"] {
            assert_eq!(read(nothing), None);
        }
    }

    #[test]
    fn agent_that_holds_the_token_is_not_told() {
        assert_eq!(read("acme_pat_0123456789"), None);
        assert_eq!(read("curl/8 (acme_pat_0123456789)"), None);
        // Nor the part of it that would be left.
        assert_eq!(read(format!("{}acme_pat_0123456789", "a".repeat(190))), None);
    }

    proptest! {
        #[test]
        fn any_bytes_become_a_short_text_that_can_be_seen(bytes in proptest::collection::vec(any::<u8>(), 0..2_000)) {
            let text = read(bytes).unwrap_or_default();
            prop_assert!(text.chars().count() <= 200);
            prop_assert!(!text.chars().any(char::is_control));
        }
    }
}
