/// How many segments a resource has at most.
pub(super) const MAX_SEGMENTS: usize = 16;

/// Whether a text may be one segment. What would be two segments, none, or a step up or to all, is not one.
pub(crate) fn is_segment(text: &str) -> bool {
    !matches!(text, "" | "." | ".." | "*") && !text.contains(|c: char| c == '/' || c.is_control())
}

/// Whether a text is 1 to 16 segments with `/` between them.
pub(super) fn are_segments(text: &str) -> bool {
    text.split('/').all(is_segment) && text.split('/').count() <= MAX_SEGMENTS
}

#[cfg(test)]
mod tests {
    use super::{are_segments, is_segment};

    #[test]
    fn what_is_no_single_name_is_no_segment() {
        for text in ["", ".", "..", "*", "/", "a/b", "a/", "a\0", "a\n", "\u{7f}", "\u{85}", "a\u{9f}b"] {
            assert!(!is_segment(text), "{text:?}");
        }
        for text in
            ["a", "...", "**", "*a", ".git", "a b", "a%2Fb", "%2e%2e", "ÄÖ", "名", "a:b", "{a}", "a\\b", "\u{2028}"]
        {
            assert!(is_segment(text), "{text:?}");
        }
    }

    #[test]
    fn segments_are_counted() {
        assert!(are_segments(&["a"; 16].join("/")));
        assert!(!are_segments(&["a"; 17].join("/")));
        assert!(!are_segments("a//b"));
        assert!(!are_segments("/a"));
    }
}
