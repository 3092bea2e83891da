use std::net::IpAddr;

use crate::invalid::{InvalidValue, InvalidValueKind};
use crate::record::Network;

/// Networks of IP addresses.
#[derive(Debug, Clone)]
pub(super) struct Networks(Box<[Network]>);

impl Networks {
    /// Reads `10.0.0.0/8`, `2001:db8::/32`, or an address that stands for itself alone.
    pub(super) fn parse<I>(texts: I) -> Result<Self, InvalidValue>
    where
        I: IntoIterator<Item: AsRef<str>>,
    {
        let networks = texts.into_iter().map(|text| network(text.as_ref()));
        let networks: Option<_> = networks.collect();
        networks.map(Self).ok_or(InvalidValue::new(InvalidValueKind::ProxyNetwork))
    }

    pub(super) fn contain(&self, addr: IpAddr) -> bool {
        self.0.iter().any(|network| network.contains(addr))
    }
}

fn network(text: &str) -> Option<Network> {
    let network = Network::parse(text).ok()?;
    let addr: IpAddr = text.split('/').next()?.parse().ok()?;
    // `10.0.0.1/8` is more likely one proxy than sixteen million.
    (addr.to_canonical() == network.addr()).then_some(network)
}

#[cfg(test)]
#[cfg(not(model))]
mod tests {
    use super::Networks;

    #[test]
    fn network_is_an_address_perhaps_with_a_prefix_length() {
        for (network, inside, outside) in [
            ("10.0.0.0/8", "10.255.0.1", "11.0.0.1"),
            ("10.0.0.1", "10.0.0.1", "10.0.0.2"),
            ("10.0.0.1/32", "10.0.0.1", "10.0.0.0"),
            ("2001:db8::/32", "2001:db8:ffff::1", "2001:db9::1"),
            ("::1", "::1", "::2"),
            ("::ffff:10.0.0.0/104", "10.1.2.3", "11.0.0.1"),
            ("::ffff:10.0.0.1", "10.0.0.1", "10.0.0.2"),
            ("0.0.0.0/0", "192.0.2.1", "2001:db8::1"),
            ("::/0", "2001:db8::1", "192.0.2.1"),
        ] {
            let networks = Networks::parse([network]).unwrap();
            assert!(networks.contain(inside.parse().unwrap()), "{inside} in {network}");
            assert!(!networks.contain(outside.parse().unwrap()), "{outside} in {network}");
        }
    }

    #[test]
    fn whatever_else_is_refused() {
        for text in [
            "",
            " ",
            "10.0.0.0/33",
            "10.0.0.0/-1",
            "10.0.0.0/",
            "/8",
            "10.0.0.1/8",
            "2001:db8::1/32",
            "10.0.0",
            "proxy",
            "10.0.0.0/8,11.0.0.0/8",
            " 10.0.0.0/8",
            "fe80::1%eth0",
            "10.0.0.1:80",
            "[::1]",
            "*",
        ] {
            assert!(Networks::parse(["10.0.0.0/8", text]).is_err(), "{text:?}");
        }
    }
}
