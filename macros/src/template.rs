use syn::parse::Result;
use syn::{Error, LitStr};

/// What each complaint shows.
const RIGHT: &str = r#""repo:{owner}/{name}""#;

const MAX_LEN: usize = 128;
const MAX_KIND: usize = 64;
const MAX_SEGMENTS: usize = 16;

/// Refuses what is not a template: a kind, `:`, and segments with `/` between, each a literal or a `{parameter}`.
pub(crate) fn check(text: &LitStr) -> Result<()> {
    match complaint(&text.value()) {
        Some(complaint) => Err(Error::new(text.span(), format!("{complaint} (a right one: {RIGHT})"))),
        None => Ok(()),
    }
}

/// Refuses what is not a kind.
pub(crate) fn check_kind(text: &LitStr) -> Result<()> {
    match kind_complaint(&text.value()) {
        Some(complaint) => Err(Error::new(text.span(), format!(r#"{complaint} (a right one: "repo")"#))),
        None => Ok(()),
    }
}

fn complaint(text: &str) -> Option<String> {
    let Some((kind, path)) = text.split_once(':') else {
        return Some("a template has a kind, `:`, and segments".to_owned());
    };
    let segments: Vec<_> = path.split('/').collect();
    kind_complaint(kind)
        .or_else(|| segments.iter().find_map(|segment| segment_complaint(segment)))
        .or_else(|| repeated(&segments))
        .or_else(|| too_many(segments.len()))
        .or_else(|| too_long(text.len()))
}

fn kind_complaint(kind: &str) -> Option<String> {
    if kind.contains(':') {
        return Some("a kind stands alone, without `:`".to_owned());
    }
    if !kind.starts_with(|first: char| first.is_ascii_lowercase()) {
        return Some("a kind begins with a lowercase letter".to_owned());
    }
    let belongs = |character| matches!(character, 'a'..='z' | '0'..='9' | '_' | '-');
    if let Some(stranger) = kind.chars().find(|character| !belongs(*character)) {
        return Some(format!("a kind is lowercase letters, digits, `_` and `-`: it has no {stranger:?}"));
    }
    let len = kind.len();
    (len > MAX_KIND).then(|| format!("a kind has at most {MAX_KIND} characters and this one has {len}"))
}

fn segment_complaint(segment: &str) -> Option<String> {
    if matches!(segment, "" | "." | "..") {
        return Some(format!("no segment is empty, `.` or `..`: this one is {segment:?}"));
    }
    if segment.contains(['{', '}']) {
        return parameter_complaint(segment);
    }
    if segment.contains('*') {
        return Some("a template has no `*`: what a request names is written as a parameter".to_owned());
    }
    let stranger = segment.chars().find(|character| !matches!(character, '!' | '#'..='[' | ']'..='~'))?;
    Some(format!(r#"a segment is printable ASCII without space, `"` and `\`: it has no {stranger:?}"#))
}

fn parameter_complaint(segment: &str) -> Option<String> {
    if segment.matches('{').count() != segment.matches('}').count() {
        return Some(format!("`{{` and `}}` come in pairs, and not so in {segment:?}"));
    }
    let Some(name) = parameter(segment) else {
        return Some(format!("a parameter fills a whole segment, and not a part of {segment:?}"));
    };
    if let Some(name) = name.strip_prefix('*') {
        return Some(format!("a parameter fills one segment: say {{{name}}} in place of {{*{name}}}"));
    }
    (!is_name(name)).then(|| format!("a parameter is named in letters, digits and `_`, and `{name}` is not"))
}

fn parameter(segment: &str) -> Option<&str> {
    let name = segment.strip_prefix('{')?.strip_suffix('}')?;
    (!name.contains(['{', '}'])).then_some(name)
}

fn is_name(name: &str) -> bool {
    let belongs = |character| matches!(character, 'a'..='z' | 'A'..='Z' | '0'..='9' | '_');
    name.chars().all(belongs) && name.starts_with(|first: char| !first.is_ascii_digit())
}

fn repeated(segments: &[&str]) -> Option<String> {
    let parameters: Vec<_> = segments.iter().filter_map(|segment| parameter(segment)).collect();
    let repeated = parameters.iter().enumerate().find(|(place, name)| parameters[..*place].contains(name));
    repeated.map(|(_, name)| format!("a parameter stands once, and {{{name}}} twice"))
}

fn too_many(segments: usize) -> Option<String> {
    (segments > MAX_SEGMENTS).then(|| format!("a template has at most {MAX_SEGMENTS} segments and this one {segments}"))
}

fn too_long(len: usize) -> Option<String> {
    (len > MAX_LEN).then(|| format!("a template has at most {MAX_LEN} characters and this one {len}"))
}

#[cfg(test)]
mod tests {
    use super::{complaint, kind_complaint};

    #[test]
    fn templates_pass() {
        let longest = format!("repo:{}", "a".repeat(123));
        let most = format!("repo:{}", ["a"; 16].join("/"));
        for text in [
            "repo:{owner}/{name}",
            "repo:acme/{name}",
            "repo:{_a1}/{A}",
            "a:b",
            "git-repo_2:a.git/...",
            "repo:a:b/!#[]~@",
            &longest,
            &most,
        ] {
            assert_eq!(complaint(text), None, "{text}");
        }
    }

    #[test]
    fn other_templates_are_refused_with_a_hint() {
        let long = format!("repo:{}", "a".repeat(124));
        let many = format!("repo:{}", ["a"; 17].join("/"));
        for (text, hint) in [
            ("", "a kind, `:`, and segments"),
            ("repo", "a kind, `:`, and segments"),
            ("{owner}/{name}", "a kind, `:`, and segments"),
            (":{owner}", "begins with a lowercase"),
            ("Repo:{owner}", "begins with a lowercase"),
            ("2repo:{owner}", "begins with a lowercase"),
            ("rePo:{owner}", "no 'P'"),
            ("re/po:{owner}", "no '/'"),
            ("repo:", r#"this one is """#),
            ("repo:/{owner}", r#"this one is """#),
            ("repo:{owner}/", r#"this one is """#),
            ("repo:{owner}//{name}", r#"this one is """#),
            ("repo:{owner}/.", r#"this one is ".""#),
            ("repo:../{name}", r#"this one is "..""#),
            ("repo:*", "no `*`"),
            ("repo:acme/*", "no `*`"),
            ("repo:acme/a*", "no `*`"),
            ("repo:{*path}", "say {path} in place of {*path}"),
            ("repo:{owner}/{name}.git", r#"a part of "{name}.git""#),
            ("repo:v{version}", "a whole segment"),
            ("repo:{owner}{name}", "a whole segment"),
            ("repo:}owner{", "a whole segment"),
            ("repo:{{owner}}", "a whole segment"),
            ("repo:{owner", "in pairs"),
            ("repo:owner}", "in pairs"),
            ("repo:{owner/name}", "in pairs"),
            ("repo:{}", "letters, digits"),
            ("repo:{1st}", "`1st` is not"),
            ("repo:{own-er}", "`own-er` is not"),
            ("repo:{café}", "`café` is not"),
            ("repo:{a}/b/{a}", "{a} twice"),
            ("repo:a b", "no ' '"),
            ("repo:a\"", r#"no '"'"#),
            ("repo:a\\b", r"no '\\'"),
            ("repo:a\n", r"no '\n'"),
            ("repo:café", "no 'é'"),
            (&long, "at most 128 characters and this one 129"),
            (&many, "at most 16 segments and this one 17"),
        ] {
            let complaint = complaint(text).unwrap_or_else(|| panic!("{text} passes"));
            assert!(complaint.contains(hint), "{text}: {complaint}");
        }
    }

    #[test]
    fn kinds_are_checked() {
        for kind in ["r", "repo", "git-repo_2", &"a".repeat(64)] {
            assert_eq!(kind_complaint(kind), None);
        }
        for (kind, hint) in [
            ("", "begins"),
            ("Repo", "begins"),
            ("-repo", "begins"),
            ("repo:{owner}", "without `:`"),
            ("repo s", "no ' '"),
            ("café", "no 'é'"),
            (&"a".repeat(65), "this one has 65"),
        ] {
            let complaint = kind_complaint(kind).unwrap();
            assert!(complaint.contains(hint), "{kind}: {complaint}");
        }
    }
}
