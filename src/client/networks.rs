use std::net::IpAddr;

use ipnet::{IpNet, Ipv4Net};

use crate::invalid::{InvalidValue, InvalidValueKind};

/// Networks of IP addresses.
#[derive(Debug, Clone)]
pub(super) struct Networks(Box<[IpNet]>);

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
        self.0.iter().any(|network| network.contains(&addr))
    }
}

fn network(text: &str) -> Option<IpNet> {
    let network = text.parse().ok().or_else(|| text.parse::<IpAddr>().ok().map(IpNet::from))?;
    // `10.0.0.1/8` is more likely one proxy than sixteen million.
    (network.trunc() == network).then(|| canonical(network))
}

/// The network of IPv4 that a network of mapped addresses is.
fn canonical(network: IpNet) -> IpNet {
    let IpAddr::V4(addr) = network.addr().to_canonical() else { return network };
    match network {
        IpNet::V6(mapped) if mapped.prefix_len() >= 96 => {
            Ipv4Net::new(addr, mapped.prefix_len() - 96).map_or(network, IpNet::V4)
        }
        _ => network,
    }
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
