//! The text of a path, as axum's router reads it.

/// The end of a path under which something answers whatever comes. No path of axum can be so: its wildcards have names.
pub(super) const OPEN_END: &str = "/{*}";

/// Whether something answers there whatever comes.
pub(crate) fn is_open(path: &str) -> bool {
    path.ends_with(OPEN_END)
}

/// The path at which axum puts a route of a router that is nested under a prefix.
pub(super) fn join(prefix: &str, path: &str) -> String {
    match prefix.strip_suffix('/') {
        Some(_) => format!("{prefix}{}", path.trim_start_matches('/')),
        None if path == "/" => prefix.to_owned(),
        None => format!("{prefix}{path}"),
    }
}

/// What a path is made of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Piece<'a> {
    /// Letters, which are matched to the letter.
    Literal(String),
    /// `{name}`: up to the next `/`.
    Parameter(&'a str),
    /// `{*name}`: all that follows.
    Wildcard(&'a str),
}

/// The pieces of a path, in order. Braces that are doubled are letters.
pub(crate) fn pieces(path: &str) -> Vec<Piece<'_>> {
    let (mut pieces, mut literal, mut rest) = (Vec::new(), String::new(), path);
    while let Some(at) = rest.find(['{', '}']) {
        let (before, found) = rest.split_at(at);
        literal.push_str(before);
        let doubled = found[1..].starts_with(&found[..1]);
        let end = found.find('}').filter(|_| !doubled && found.starts_with('{'));
        let Some(end) = end else {
            literal.push_str(&found[..1]);
            rest = &found[if doubled { 2 } else { 1 }..];
            continue;
        };
        pieces.push(Piece::Literal(std::mem::take(&mut literal)));
        let name = &found[1..end];
        pieces.push(name.strip_prefix('*').map_or(Piece::Parameter(name), Piece::Wildcard));
        rest = &found[end + 1..];
    }
    literal.push_str(rest);
    pieces.push(Piece::Literal(literal));
    pieces.retain(|piece| *piece != Piece::Literal(String::new()));
    pieces
}

#[cfg(test)]
mod tests {
    use super::{Piece, join, pieces};

    #[test]
    fn prefixes_are_joined_as_axum_does() {
        for (prefix, path, joined) in [
            ("/api", "/", "/api"),
            ("/api", "/a", "/api/a"),
            ("/api", "/a/", "/api/a/"),
            ("/api/", "/", "/api/"),
            ("/api/", "/a", "/api/a"),
            ("/api/", "//a", "/api/a"),
            ("/{v}", "/{*}", "/{v}/{*}"),
        ] {
            assert_eq!(join(prefix, path), joined);
        }
    }

    #[test]
    fn captures_are_told_from_letters() {
        use Piece::{Parameter, Wildcard};
        let literal = |text: &str| Piece::Literal(text.to_owned());
        for (path, expected) in [
            ("/", vec![literal("/")]),
            ("/{a}/b/{c}", vec![literal("/"), Parameter("a"), literal("/b/"), Parameter("c")]),
            ("/x-{a}/{*rest}", vec![literal("/x-"), Parameter("a"), literal("/"), Wildcard("rest")]),
            ("/{{a}}/{b}", vec![literal("/{a}/"), Parameter("b")]),
            ("/{{{a}", vec![literal("/{"), Parameter("a")]),
            ("/a}}b", vec![literal("/a}b")]),
            ("/{*}", vec![literal("/"), Wildcard("")]),
        ] {
            assert_eq!(pieces(path), expected, "{path}");
        }
    }
}
