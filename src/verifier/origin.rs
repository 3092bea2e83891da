use std::net::IpAddr;

/// From where a load is asked for, as far as turns are concerned: an IPv4 address, an IPv6 network of 64 bits, which is
/// what one host commonly has ([RFC 4291, section 2.5.4]), or nobody knows where.
///
/// [RFC 4291, section 2.5.4]: https://www.rfc-editor.org/rfc/rfc4291#section-2.5.4
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Origin {
    Unknown,
    V4([u8; 4]),
    V6([u16; 4]),
}

impl Origin {
    pub(super) fn of(client: Option<IpAddr>) -> Self {
        match client.map(|addr| addr.to_canonical()) {
            None => Self::Unknown,
            Some(IpAddr::V4(addr)) => Self::V4(addr.octets()),
            Some(IpAddr::V6(addr)) => {
                let [a, b, c, d, ..] = addr.segments();
                Self::V6([a, b, c, d])
            }
        }
    }
}

#[cfg(test)]
#[cfg(not(model))]
mod tests {
    use super::Origin;

    fn of(addr: &str) -> Origin {
        Origin::of(Some(addr.parse().unwrap()))
    }

    #[test]
    fn addresses_of_one_host_are_one_origin() {
        assert_eq!(of("2001:db8:1:2::1"), of("2001:db8:1:2:ffff::9"));
        assert_eq!(of("::ffff:192.0.2.7"), of("192.0.2.7"));
    }

    #[test]
    fn addresses_of_different_hosts_are_different_origins() {
        assert_ne!(of("2001:db8:1:2::1"), of("2001:db8:1:3::1"));
        assert_ne!(of("192.0.2.7"), of("192.0.2.8"));
        assert_ne!(of("::ffff:192.0.2.7"), of("::ffff:192.0.2.8"));
        assert_ne!(of("0.0.0.0"), Origin::of(None));
        assert_ne!(of("::"), Origin::of(None));
    }
}
