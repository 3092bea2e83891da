use std::collections::BTreeMap;
use std::fmt::Write;

use crate::requirement::Parameters;
use crate::routing::{Piece, is_open, pieces};

/// What is filled into the parameters of paths.
#[derive(Debug, Default)]
pub(super) struct Params(BTreeMap<String, String>);

impl Params {
    pub(super) fn set(&mut self, name: &str, value: &str) {
        self.0.insert(name.to_owned(), value.to_owned());
    }

    fn of(&self, name: &str) -> &str {
        self.0.get(name).map_or("1", String::as_str)
    }

    /// A path of a request for a path of a route.
    pub(super) fn fill(&self, route: &str) -> String {
        let mut path = String::new();
        for piece in pieces(route) {
            match piece {
                Piece::Literal(literal) => path.push_str(&literal),
                Piece::Parameter(name) => encode(self.of(name), b"", &mut path),
                Piece::Wildcard(name) => encode(self.of(name), b"/", &mut path),
            }
        }
        path
    }
}

impl Parameters for Params {
    fn value(&self, name: &str) -> Option<&str> {
        Some(self.of(name))
    }
}

/// Writes what is neither unreserved (RFC 3986, section 2.3) nor kept as `%2F` and the like.
fn encode(value: &str, kept: &[u8], path: &mut String) {
    for byte in value.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => path.push(char::from(byte)),
            kept_byte if kept.contains(&kept_byte) => path.push(char::from(byte)),
            _ => write!(path, "%{byte:02X}").expect("a string can be written to"),
        }
    }
}

/// Whether axum might take this path for that of the route.
pub(super) fn matches(route: &str, path: &str) -> bool {
    let open = route.strip_suffix("/{*}").filter(|_| is_open(route));
    let pieces = pieces(open.unwrap_or(route));
    let Some(rest) = pieces.iter().try_fold(path, |rest, piece| after(piece, rest)) else { return false };
    rest.is_empty() || (open.is_some() && rest.starts_with('/'))
}

/// What is left of a path after a piece.
fn after<'p>(piece: &Piece<'_>, path: &'p str) -> Option<&'p str> {
    let len = match piece {
        Piece::Literal(literal) => return path.strip_prefix(literal),
        Piece::Parameter(_) => path.find('/').unwrap_or(path.len()),
        Piece::Wildcard(_) => path.len(),
    };
    (len > 0).then(|| &path[len..])
}

#[cfg(test)]
mod tests {
    use super::{Params, matches};

    #[test]
    fn parameters_are_filled_and_encoded() {
        let mut params = Params::default();
        params.set("owner", "a/b %ä");
        params.set("rest", "c/d?");
        assert_eq!(params.fill("/{owner}/x-{id}/{{owner}}/{*rest}"), "/a%2Fb%20%25%C3%A4/x-1/{owner}/c/d%3F");
    }

    #[test]
    fn paths_that_axum_might_take_for_a_route_are_known() {
        for (route, path, expected) in [
            ("/", "/", true),
            ("/a", "/a/", false),
            ("/{a}", "/b", true),
            ("/{a}", "/b/c", false),
            ("/{a}", "/", false),
            ("/x-{a}/b", "/x-1/b", true),
            ("/{*a}", "/b/c", true),
            ("/{*a}", "/", false),
            ("/a/{*}", "/a", true),
            ("/a/{*}", "/a/", true),
            ("/a/{*}", "/a/b/c", true),
            ("/a/{*}", "/ab", false),
            ("/{*}", "/", true),
        ] {
            assert_eq!(matches(route, path), expected, "{route} {path}");
        }
    }
}
