use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

use ipnet::IpNet;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::footprint::Footprint;
use crate::invalid::{InvalidValue, InvalidValueKind};

/// A range of addresses in CIDR notation ([RFC 4632, section 3.1]; [RFC 4291, section 2.3]), such as `10.0.0.0/8`.
///
/// There is one form of each network. What follows the prefix is cut off: `10.1.2.3/8` is `10.0.0.0/8`. An address alone
/// is the network of this one address. A network of IPv4-mapped addresses is the IPv4 network: `::ffff:10.0.0.0/104` is
/// `10.0.0.0/8`.
///
/// ```
/// use tower_pat::record::Network;
///
/// let network = Network::parse("192.0.2.77/24")?;
/// assert_eq!(network.to_string(), "192.0.2.0/24");
/// assert_eq!(Network::parse("2001:db8::1")?.to_string(), "2001:db8::1/128");
/// assert!(Network::parse("192.0.2.0/33").is_err());
/// # Ok::<(), tower_pat::invalid::InvalidValue>(())
/// ```
///
/// [RFC 4632, section 3.1]: https://www.rfc-editor.org/rfc/rfc4632#section-3.1
/// [RFC 4291, section 2.3]: https://www.rfc-editor.org/rfc/rfc4291#section-2.3
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Network(IpNet);

impl Network {
    /// The length of the prefix that all IPv4-mapped addresses share, `::ffff:0:0/96`.
    const MAPPED: u8 = 96;

    /// The network of all addresses that begin with the same so many bits.
    ///
    /// # Errors
    ///
    /// When the address has not as many bits: 32 with IPv4, 128 with IPv6.
    ///
    /// ```
    /// use std::net::Ipv4Addr;
    /// use tower_pat::record::Network;
    ///
    /// assert_eq!(Network::new(Ipv4Addr::LOCALHOST.into(), 8)?, Network::parse("127.0.0.0/8")?);
    /// # Ok::<(), tower_pat::invalid::InvalidValue>(())
    /// ```
    pub fn new(addr: IpAddr, prefix_len: u8) -> Result<Self, InvalidValue> {
        let (addr, prefix_len) = match addr.to_canonical() {
            canonical if canonical != addr && prefix_len >= Self::MAPPED => (canonical, prefix_len - Self::MAPPED),
            _ => (addr, prefix_len),
        };
        let network = IpNet::new(addr, prefix_len).map_err(|_| refused())?;
        Ok(Self(network.trunc()))
    }

    /// Reads a network: an address, perhaps followed by `/` and the length of its prefix in bits.
    ///
    /// # Errors
    ///
    /// Unless it is of this form. An IPv4 address has four decimal numbers without leading zeros.
    pub fn parse(text: &str) -> Result<Self, InvalidValue> {
        let (addr, prefix_len) = text.split_once('/').map_or((text, None), |(addr, len)| (addr, Some(len)));
        let addr: IpAddr = addr.parse().map_err(|_| refused())?;
        match prefix_len {
            Some(len) => Self::new(addr, bits(len).ok_or_else(refused)?),
            None => Ok(Self::from(addr)),
        }
    }

    /// Whether an address is in the network. An IPv4-mapped IPv6 address, as a socket for both versions gives it
    /// ([RFC 4291, section 2.5.5.2]), is the IPv4 address.
    ///
    /// No IPv4 address is in an IPv6 network, not even in `::/0`.
    ///
    /// ```
    /// use tower_pat::record::Network;
    ///
    /// let network = Network::parse("192.0.2.0/24")?;
    /// assert!(network.contains("192.0.2.1".parse().expect("an address")));
    /// assert!(network.contains("::ffff:192.0.2.1".parse().expect("an address")));
    /// assert!(!network.contains("192.0.3.1".parse().expect("an address")));
    /// # Ok::<(), tower_pat::invalid::InvalidValue>(())
    /// ```
    ///
    /// [RFC 4291, section 2.5.5.2]: https://www.rfc-editor.org/rfc/rfc4291#section-2.5.5.2
    #[must_use]
    pub fn contains(&self, addr: IpAddr) -> bool {
        self.0.contains(&addr.to_canonical())
    }

    /// The first address of the network.
    #[must_use]
    pub fn addr(&self) -> IpAddr {
        self.0.addr()
    }

    /// With how many bits all its addresses begin.
    #[must_use]
    pub fn prefix_len(&self) -> u8 {
        self.0.prefix_len()
    }
}

impl Footprint for Network {
    fn footprint(&self) -> usize {
        0
    }
}

/// The network of this one address.
impl From<IpAddr> for Network {
    fn from(addr: IpAddr) -> Self {
        Self(IpNet::from(addr.to_canonical()))
    }
}

impl fmt::Debug for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl fmt::Display for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

impl FromStr for Network {
    type Err = InvalidValue;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text)
    }
}

impl Serialize for Network {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Network {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).map_err(de::Error::custom)
    }
}

/// Reads a number that has no sign and no leading zero.
fn bits(text: &str) -> Option<u8> {
    let number: u8 = text.parse().ok()?;
    (number.to_string() == text).then_some(number)
}

fn refused() -> InvalidValue {
    InvalidValue::new(InvalidValueKind::Network)
}

#[cfg(test)]
#[cfg(not(model))]
mod tests {
    use std::net::{IpAddr, Ipv4Addr};

    use proptest::prelude::{any, prop_assert, prop_assert_eq, proptest};

    use super::Network;

    fn read(text: &str) -> String {
        Network::parse(text).unwrap().to_string()
    }

    proptest! {
        #[test]
        fn network_holds_its_address_and_its_text_round_trips(addr in any::<IpAddr>(), len in 0_u8..=128) {
            let len = if addr.is_ipv4() { len % 33 } else { len };
            let network = Network::new(addr, len).unwrap();
            let is_mapped_in_a_wider_network = addr != addr.to_canonical() && len < 96;
            prop_assert_eq!(network.contains(addr), !is_mapped_in_a_wider_network);
            prop_assert!(network.contains(network.addr()));
            prop_assert_eq!(Network::parse(&network.to_string()).unwrap(), network);
            prop_assert_eq!(Network::new(network.addr(), network.prefix_len()).unwrap(), network);
        }

        #[test]
        fn mapped_network_is_the_network(addr in any::<Ipv4Addr>(), len in 0_u8..=32, other in any::<Ipv4Addr>()) {
            let network = Network::new(addr.into(), len).unwrap();
            prop_assert_eq!(Network::new(addr.to_ipv6_mapped().into(), 96 + len).unwrap(), network);
            prop_assert_eq!(network.contains(other.into()), network.contains(other.to_ipv6_mapped().into()));
            // Bit by bit, as the RFC has it.
            let mask = u32::MAX.checked_shl(32 - u32::from(len)).unwrap_or_default();
            let same_prefix = u32::from(addr) & mask == u32::from(other) & mask;
            prop_assert_eq!(network.contains(other.into()), same_prefix);
        }

        #[test]
        fn any_text_is_read_or_refused(text in r"[0-9a-f:./]{0,20}|\PC{0,40}") {
            if let Ok(network) = Network::parse(&text) {
                prop_assert_eq!(Network::parse(&network.to_string()).unwrap(), network);
            }
        }
    }

    #[test]
    fn each_network_has_one_form() {
        assert_eq!(read("10.1.2.3/8"), "10.0.0.0/8");
        assert_eq!(read("10.1.2.3"), "10.1.2.3/32");
        assert_eq!(read("0.0.0.0/0"), "0.0.0.0/0");
        assert_eq!(read("2001:DB8:0::1/32"), "2001:db8::/32");
        assert_eq!(read("2001:db8::1"), "2001:db8::1/128");
        assert_eq!(read("::ffff:10.1.2.3/104"), "10.0.0.0/8");
        assert_eq!(read("::ffff:10.1.2.3"), "10.1.2.3/32");
        assert_eq!(read("::ffff:0:0/96"), "0.0.0.0/0");
    }

    #[test]
    fn network_that_is_wider_than_the_mapped_addresses_is_one_of_ipv6() {
        assert_eq!(read("::ffff:10.1.2.3/95"), "::fffe:0:0/95");
        let all = Network::parse("::/0").unwrap();
        assert!(all.contains("2001:db8::1".parse().unwrap()));
        assert!(!all.contains("192.0.2.1".parse().unwrap()));
        assert!(!all.contains("::ffff:192.0.2.1".parse().unwrap()));
    }

    #[test]
    fn what_is_no_network_is_refused() {
        for text in [
            "",
            "/",
            "10.0.0.0/",
            "10.0.0.0/33",
            "10.0.0.0/08",
            "10.0.0.0/+8",
            "10.0.0.0/-1",
            "10.0.0.0/8/8",
            "10.0.0/8",
            "10.0.0.0 /8",
            " 10.0.0.0/8",
            "10.0.0.0/255.0.0.0",
            "010.0.0.0/8",
            "::/129",
            "::/256",
            "fe80::1%eth0",
            "[::1]",
            "localhost",
            "::ffff:10.0.0.0/129",
        ] {
            assert!(Network::parse(text).is_err(), "{text:?}");
        }
    }
}
