use std::fmt;
use std::net::IpAddr;
use std::slice;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::one::Network;
use crate::footprint::Footprint;
use crate::invalid::{InvalidValue, InvalidValueKind};
use crate::sorted::Sorted;

/// The networks from which a token may be used. Empty by default, and an empty set means nowhere.
///
/// As text it is networks separated by one space each. In serde it is a list of strings. Networks within others are kept
/// as they are written.
///
/// ```
/// use tower_pat::record::NetworkSet;
///
/// let office: NetworkSet = "2001:db8::/32 10.0.0.0/8".parse()?;
/// assert_eq!(office.to_string(), "10.0.0.0/8 2001:db8::/32");
/// assert!(office.contains("10.1.2.3".parse().expect("an address")));
/// assert!(!office.contains("192.0.2.1".parse().expect("an address")));
/// # Ok::<(), tower_pat::invalid::InvalidValue>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct NetworkSet(Sorted<Network>);

impl NetworkSet {
    /// Whether an address is in one of the networks, IPv4-mapped addresses as in [`Network::contains`].
    #[must_use]
    pub fn contains(&self, addr: IpAddr) -> bool {
        self.iter().any(|network| network.contains(addr))
    }

    /// Whether the set is empty and means nowhere.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// How many networks the set holds.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.as_slice().len()
    }

    /// The networks: those of IPv4 first, by their first addresses.
    pub fn iter(&self) -> slice::Iter<'_, Network> {
        self.0.iter()
    }
}

impl Footprint for NetworkSet {
    fn footprint(&self) -> usize {
        self.0.footprint()
    }
}

impl FromIterator<Network> for NetworkSet {
    fn from_iter<I: IntoIterator<Item = Network>>(networks: I) -> Self {
        Self(networks.into_iter().collect())
    }
}

impl<'a> IntoIterator for &'a NetworkSet {
    type Item = &'a Network;
    type IntoIter = slice::Iter<'a, Network>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl fmt::Display for NetworkSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

impl FromStr for NetworkSet {
    type Err = InvalidValue;

    /// Reads networks separated by one space each; an empty text is the empty set.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let networks = Sorted::parse(text, Network::parse);
        networks.map(Self).ok_or_else(|| InvalidValue::new(InvalidValueKind::NetworkSet))
    }
}

#[cfg(test)]
#[cfg(not(model))]
mod tests {
    use std::net::IpAddr;

    use proptest::prelude::{any, prop, prop_assert, prop_assert_eq, proptest};
    use proptest::strategy::Strategy;

    use super::{Network, NetworkSet};

    fn network() -> impl Strategy<Value = Network> {
        (any::<IpAddr>(), 0_u8..=32).prop_map(|(addr, len)| Network::new(addr, len).expect("every address is as long"))
    }

    proptest! {
        #[test]
        fn text_and_json_round_trip(networks in prop::collection::vec(network(), 0..8), stranger in any::<IpAddr>()) {
            let set: NetworkSet = networks.iter().copied().collect();
            prop_assert_eq!(&set.to_string().parse::<NetworkSet>().unwrap(), &set);
            let json = serde_json::to_string(&set).unwrap();
            prop_assert_eq!(&serde_json::from_str::<NetworkSet>(&json).unwrap(), &set);
            prop_assert!(networks.iter().all(|network| set.contains(network.addr())));
            let in_one = networks.iter().any(|network| network.contains(stranger));
            prop_assert_eq!(set.contains(stranger), in_one);
        }
    }

    #[test]
    fn order_and_repetition_make_no_difference() {
        let set: NetworkSet = "2001:db8::/32 10.9.9.9/8 ::ffff:10.0.0.0/104 9.0.0.0/8".parse().unwrap();
        assert_eq!(set.to_string(), "9.0.0.0/8 10.0.0.0/8 2001:db8::/32");
        assert_eq!(serde_json::to_string(&set).unwrap(), r#"["9.0.0.0/8","10.0.0.0/8","2001:db8::/32"]"#);
        assert_eq!(serde_json::from_str::<NetworkSet>(r#"["10.0.0.0/8","9.1.1.1/8","2001:db8::/32"]"#).unwrap(), set);
    }

    #[test]
    fn empty_set_is_nowhere() {
        let nowhere: NetworkSet = "".parse().unwrap();
        assert!(nowhere.is_empty());
        assert!(!nowhere.contains(IpAddr::from([127, 0, 0, 1])));
    }

    #[test]
    fn stray_spaces_are_refused() {
        for text in
            [" ", " 10.0.0.0/8", "10.0.0.0/8 ", "10.0.0.0/8  9.0.0.0/8", "10.0.0.0/8\t9.0.0.0/8", "10.0.0.0/8,::/0"]
        {
            assert!(text.parse::<NetworkSet>().is_err(), "{text:?}");
        }
    }
}
