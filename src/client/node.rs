//! A node as proxies write it: an address, perhaps with a port.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::str;

/// The address of a node, in canonical form: `192.0.2.7`, `192.0.2.7:80`, `[2001:db8::7]`, `[2001:db8::7]:80`; none for
/// anything else, also for `unknown` and for a name that hides the address.
///
/// RFC 7239, section 6.
pub(super) fn node(text: &[u8]) -> Option<IpAddr> {
    let text = str::from_utf8(text).ok()?;
    let addr = match text.strip_prefix('[') {
        Some(rest) => {
            let (addr, port) = rest.split_once(']')?;
            let port_is_right = port.is_empty() || port.strip_prefix(':').is_some_and(is_port);
            port_is_right.then(|| addr.parse::<Ipv6Addr>().ok())??.into()
        }
        None => match text.split_once(':') {
            Some((addr, port)) => is_port(port).then(|| addr.parse::<Ipv4Addr>().ok())??.into(),
            None => text.parse::<Ipv4Addr>().ok()?.into(),
        },
    };
    Some(IpAddr::to_canonical(&addr))
}

/// A node in `X-Forwarded-For` and its like, which nobody specified: an IPv6 address mostly comes without brackets.
pub(super) fn bare_node(text: &[u8]) -> Option<IpAddr> {
    node(text).or_else(|| {
        let addr: Ipv6Addr = str::from_utf8(text).ok()?.parse().ok()?;
        Some(addr.to_canonical())
    })
}

/// A port, or a name that hides it.
fn is_port(text: &str) -> bool {
    match text.strip_prefix('_') {
        Some(name) => {
            !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._-".contains(&byte))
        }
        None => (1..=5).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit()),
    }
}

#[cfg(test)]
#[cfg(not(model))]
mod tests {
    use super::{bare_node, node};

    #[test]
    fn address_is_read_with_and_without_a_port() {
        for (text, addr) in [
            ("192.0.2.7", "192.0.2.7"),
            ("192.0.2.7:80", "192.0.2.7"),
            ("192.0.2.7:_hidden", "192.0.2.7"),
            ("[2001:db8::7]", "2001:db8::7"),
            ("[2001:db8::7]:65535", "2001:db8::7"),
            ("[::ffff:192.0.2.7]:80", "192.0.2.7"),
        ] {
            assert_eq!(node(text.as_bytes()), addr.parse().ok(), "{text}");
            assert_eq!(bare_node(text.as_bytes()), addr.parse().ok(), "{text}");
        }
    }

    #[test]
    fn brackets_may_be_missing_where_nobody_specified_them() {
        for (text, addr) in [("2001:db8::7", "2001:db8::7"), ("::ffff:192.0.2.7", "192.0.2.7")] {
            assert_eq!(bare_node(text.as_bytes()), addr.parse().ok(), "{text}");
            assert_eq!(node(text.as_bytes()), None, "{text}");
        }
    }

    #[test]
    fn whatever_else_is_no_address() {
        for text in [
            "",
            "unknown",
            "_hidden",
            "localhost",
            "192.0.2",
            "192.0.2.07",
            "192.0.2.7:",
            "192.0.2.7:x",
            "192.0.2.7:123456",
            "192.0.2.7:80:80",
            "192.0.2.7 ",
            "192.0.2.7/32",
            "[192.0.2.7]",
            "[2001:db8::7",
            "2001:db8::7]",
            "[2001:db8::7]80",
            "[2001:db8::7]:",
            "[fe80::1%eth0]",
            "[fe80::1%1]:80",
            "fe80::1%1",
            "fe80::1%25eth0",
            "\"192.0.2.7\"",
            "192.0.2.7:_",
            "0x7f.0.0.1",
            "2130706433",
            "１９２.0.2.7",
        ] {
            assert_eq!(node(text.as_bytes()), None, "{text:?}");
            assert_eq!(bare_node(text.as_bytes()), None, "{text:?}");
        }
        assert_eq!(bare_node(b"192.0.2.7\xff"), None);
    }
}
