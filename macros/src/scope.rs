use syn::parse::Result;
use syn::{Error, LitStr};

const MAX_LEN: usize = 128;

/// Refuses what is not a scope-token of 1 to 128 bytes, as `Scope::parse` does. `several` says how to name two.
pub(crate) fn check(text: &LitStr, several: &str) -> Result<()> {
    match complaint(&text.value(), several) {
        Some(complaint) => Err(Error::new(text.span(), complaint)),
        None => Ok(()),
    }
}

fn complaint(text: &str, several: &str) -> Option<String> {
    if text.is_empty() {
        return Some("a scope has at least one character".to_owned());
    }
    if let Some(stranger) = text.chars().find(|character| !belongs(*character)) {
        return Some(explain(stranger, several));
    }
    let len = text.len();
    (len > MAX_LEN).then(|| format!("a scope has at most {MAX_LEN} characters, this one has {len}"))
}

/// The characters of a scope-token (RFC 6749, section 3.3).
fn belongs(character: char) -> bool {
    matches!(character, '!' | '#'..='[' | ']'..='~')
}

fn explain(stranger: char, several: &str) -> String {
    match stranger {
        ' ' => format!("a scope has no space: {several}"),
        _ => format!(r#"a scope is printable ASCII without space, `"` and `\`: it has no {stranger:?}"#),
    }
}

#[cfg(test)]
mod tests {
    use super::complaint;

    #[test]
    fn every_character_of_a_scope_token_passes() {
        let tokens: String = ('!'..='~').filter(|c| !matches!(c, '"' | '\\')).collect();
        assert_eq!(complaint(&tokens, ""), None);
        assert_eq!(complaint(&"a".repeat(128), ""), None);
    }

    #[test]
    fn other_texts_are_refused_with_a_hint() {
        for (text, hint) in [
            ("", "at least one"),
            ("a b", "no space: say two"),
            ("a\"b", r#"no '"'"#),
            ("a\\b", r"no '\\'"),
            ("a\nb", r"no '\n'"),
            ("a\u{7f}", r"no '\u{7f}'"),
            ("café", "no 'é'"),
            (&"a".repeat(129), "this one has 129"),
        ] {
            let complaint = complaint(text, "say two").unwrap();
            assert!(complaint.contains(hint), "{text:?}: {complaint}");
        }
    }
}
