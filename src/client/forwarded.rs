//! `Forwarded` (RFC 7239, section 4).

use std::net::IpAddr;

use super::node::node;

/// By whom each proxy was asked according to one line of the header, in the order of the line; none for whom it does
/// not say, or not by address. Where the line is malformed nothing in it is certain, and there is one node, which is
/// unknown.
pub(super) fn nodes(line: &[u8]) -> Vec<Option<IpAddr>> {
    let elements = split(line, b',').map(<[u8]>::trim_ascii).filter(|element| !element.is_empty());
    let nodes: Result<_, Malformed> = elements.map(asked_by).collect();
    nodes.unwrap_or_else(|Malformed| vec![None])
}

struct Malformed;

/// The parameter `for` of one proxy.
fn asked_by(element: &[u8]) -> Result<Option<IpAddr>, Malformed> {
    let mut found = None;
    for pair in split(element, b';').map(<[u8]>::trim_ascii).filter(|pair| !pair.is_empty()) {
        let equals = pair.iter().position(|&byte| byte == b'=').ok_or(Malformed)?;
        let (name, value) = (&pair[..equals], unquoted(&pair[equals + 1..])?);
        if !is_token(name) {
            return Err(Malformed);
        }
        if name.eq_ignore_ascii_case(b"for") && found.replace(node(value)).is_some() {
            return Err(Malformed);
        }
    }
    Ok(found.flatten())
}

/// The pieces between separators that do not stand in a quoted-string.
fn split(text: &[u8], separator: u8) -> impl Iterator<Item = &[u8]> {
    let (mut quoted, mut escaped) = (false, false);
    text.split(move |&byte| {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if quoted => escaped = true,
            b'"' => quoted = !quoted,
            _ => return byte == separator && !quoted,
        }
        false
    })
}

/// What a token or a quoted-string says. Escapes are left in it: an address has none.
fn unquoted(value: &[u8]) -> Result<&[u8], Malformed> {
    match value {
        [b'"', inner @ .., b'"'] if is_quoted(inner) => Ok(inner),
        // Not tokens, but many proxies leave out the quotes of an address with a port.
        _ if is_token_and(value, b":[]") => Ok(value),
        _ => Err(Malformed),
    }
}

/// Whether the quotation ends where this text ends.
fn is_quoted(text: &[u8]) -> bool {
    let mut bytes = text.iter();
    while let Some(byte) = bytes.next() {
        let ends_early = *byte == b'"' || *byte == b'\\' && bytes.next().is_none();
        if ends_early {
            return false;
        }
    }
    true
}

fn is_token(text: &[u8]) -> bool {
    is_token_and(text, b"")
}

/// A token (RFC 9110, section 5.6.2) in which these bytes may stand too.
fn is_token_and(text: &[u8], more: &[u8]) -> bool {
    let of_token = |byte: &u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(byte);
    !text.is_empty() && text.iter().all(|byte| of_token(byte) || more.contains(byte))
}

#[cfg(test)]
#[cfg(not(model))]
mod tests {
    use super::nodes;

    fn read(line: &str) -> String {
        let nodes = nodes(line.as_bytes()).into_iter();
        nodes.map(|node| node.map_or_else(|| "-".to_owned(), |addr| addr.to_string())).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn examples_of_the_specification_are_read() {
        for (line, addrs) in [
            ("for=\"_gazonk\"", "-"),
            ("For=\"[2001:db8:cafe::17]:4711\"", "2001:db8:cafe::17"),
            ("for=192.0.2.60;proto=http;by=203.0.113.43", "192.0.2.60"),
            ("for=192.0.2.43, for=198.51.100.17", "192.0.2.43 198.51.100.17"),
            ("for=_hidden, for=_SEVKISEK", "- -"),
            ("for=192.0.2.43,for=\"[2001:db8:cafe::17]\",for=unknown", "192.0.2.43 2001:db8:cafe::17 -"),
            ("for=192.0.2.43, for=\"[2001:db8:cafe::17]\"", "192.0.2.43 2001:db8:cafe::17"),
        ] {
            assert_eq!(read(line), addrs, "{line}");
        }
    }

    #[test]
    fn separators_in_a_quotation_separate_nothing() {
        for (line, addrs) in [
            ("for=192.0.2.7;host=\"a, for=6.6.6.6\"", "192.0.2.7"),
            ("for=192.0.2.7;host=\"a;for=6.6.6.6\"", "192.0.2.7"),
            ("for=192.0.2.7;host=\"a\\\", for=6.6.6.6;x=\\\"\"", "192.0.2.7"),
            ("for=192.0.2.7;host=\"\\\\\", for=192.0.2.8", "192.0.2.7 192.0.2.8"),
        ] {
            assert_eq!(read(line), addrs, "{line}");
        }
    }

    #[test]
    fn sloppy_spaces_and_missing_quotes_are_understood() {
        for (line, addrs) in [
            ("for=192.0.2.7; proto=https , , for=192.0.2.8:80", "192.0.2.7 192.0.2.8"),
            ("for=[2001:db8::7]:80;", "2001:db8::7"),
            ("proto=https", "-"),
            ("", ""),
        ] {
            assert_eq!(read(line), addrs, "{line}");
        }
    }

    #[test]
    fn malformed_line_says_nothing() {
        for line in [
            "192.0.2.7",
            "for=",
            "=192.0.2.7",
            "for =192.0.2.7",
            "for= 192.0.2.7",
            "for=192.0.2.7;for=192.0.2.8",
            "for=192.0.2.7 for=192.0.2.8",
            "for=\"192.0.2.7",
            "for=192.0.2.7\"",
            "for=\"192.0.2.7\"x",
            "for=\"192.0.2.7\"\"\"",
            "for=\"192.0.2.7\\\"",
            "for=192.0.2.7, x=\"",
            "x=\", for=192.0.2.7",
            "x=\", for=192.0.2.7;host=\"a\\\"b\"",
            "x=\", for=192.0.2.7;host=\", for=6.6.6.6;y=\\\"\"",
            "x=\", for=192.0.2.7;host=\", for=6.6.6.6,\\\"\"",
        ] {
            assert_eq!(read(line), "-", "{line}");
        }
    }
}
