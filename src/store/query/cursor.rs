use std::fmt;
use std::str::FromStr;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use uuid::Uuid;

use super::order::{Order, Sort, SortKey};
use crate::instant::from_microsecond;
use crate::invalid::{InvalidValue, InvalidValueKind};
use crate::record::TokenId;
use crate::store::stored::StoredPat;

/// Where a page of a list begins: after the last record of the page before. As text it is opaque, fits into a URL as it is,
/// and holds no secret; its order goes with it.
///
/// It stays good when records come and go, also the one that it stands for: each record whose sort value did not change
/// meanwhile is on one page, and on one alone.
///
/// ```
/// # use tower_pat::record::{OwnerId, PatRecord, TokenId};
/// # use tower_pat::token::TokenDigest;
/// # use uuid::Uuid;
/// use tower_pat::store::{Cursor, Order, Sort, StoredPat};
///
/// # let record = PatRecord::new(TokenId::from_uuid(Uuid::from_u128(7)), OwnerId::parse("alice")?);
/// # let last = StoredPat::new(record, TokenDigest::of("acme_pat_…").mark());
/// let cursor = Cursor::after(&last, Order::ascending(Sort::Name));
/// assert_eq!(cursor.to_string().parse::<Cursor>()?, cursor);
/// assert!("page=2".parse::<Cursor>().is_err());
/// # Ok::<(), tower_pat::invalid::InvalidValue>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cursor {
    order: Order,
    key: SortKey,
    id: TokenId,
}

impl Cursor {
    /// Longer than any that is made here.
    const MAX_LEN: usize = 2_000;
    const FORM: u8 = 1;

    /// The place after a record in an order.
    #[must_use]
    pub fn after(last: &StoredPat, order: Order) -> Self {
        Self { order, key: SortKey::of(last, order.sort()), id: last.record().id() }
    }

    /// The order of the list.
    #[must_use]
    pub fn order(&self) -> Order {
        self.order
    }

    /// By what the record before is sorted.
    #[must_use]
    pub fn key(&self) -> &SortKey {
        &self.key
    }

    /// The identifier of the record before.
    #[must_use]
    pub fn id(&self) -> TokenId {
        self.id
    }

    fn bytes(&self) -> Vec<u8> {
        let order = sort_byte(self.order.sort()) << 1 | u8::from(self.order.is_descending());
        let mut bytes = vec![Self::FORM, order];
        bytes.extend(self.id.as_uuid().as_bytes());
        match &self.key {
            SortKey::None => bytes.push(0),
            SortKey::Instant(instant) => {
                bytes.push(1);
                bytes.extend(instant.as_microsecond().to_be_bytes());
            }
            SortKey::Text(text) => {
                bytes.push(2);
                bytes.extend(text.as_bytes());
            }
        }
        bytes
    }

    fn read(bytes: &[u8]) -> Option<Self> {
        let (&[Self::FORM, order], rest) = bytes.split_first_chunk()? else {
            return None;
        };
        let (id, rest) = rest.split_first_chunk::<16>()?;
        let (&tag, rest) = rest.split_first()?;
        let sort = sort_of(order >> 1)?;
        let key = match (tag, sort, rest) {
            (0, _, []) => SortKey::None,
            (1, Sort::Creation | Sort::Expiry | Sort::LastUse, rest) => {
                SortKey::Instant(from_microsecond(i64::from_be_bytes(rest.try_into().ok()?)).ok()?)
            }
            (2, Sort::Name, rest) => SortKey::Text(String::from_utf8(rest.to_vec()).ok()?),
            _ => return None,
        };
        let order = if order & 1 == 1 { Order::descending(sort) } else { Order::ascending(sort) };
        Some(Self { order, key, id: TokenId::from_uuid(Uuid::from_bytes(*id)) })
    }
}

fn sort_byte(sort: Sort) -> u8 {
    match sort {
        Sort::Creation => 0,
        Sort::Expiry => 1,
        Sort::LastUse => 2,
        Sort::Name => 3,
    }
}

fn sort_of(byte: u8) -> Option<Sort> {
    [Sort::Creation, Sort::Expiry, Sort::LastUse, Sort::Name].into_iter().find(|sort| sort_byte(*sort) == byte)
}

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&URL_SAFE_NO_PAD.encode(self.bytes()))
    }
}

impl FromStr for Cursor {
    type Err = InvalidValue;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let refused = InvalidValue::new(InvalidValueKind::Cursor);
        if text.len() > Self::MAX_LEN {
            return Err(refused);
        }
        let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| refused)?;
        Self::read(&bytes).ok_or(refused)
    }
}

#[cfg(test)]
#[cfg(not(model))]
mod tests {
    use jiff::Timestamp;
    use proptest::prelude::*;
    use uuid::Uuid;

    use super::{Cursor, Order, Sort, SortKey};
    use crate::record::TokenId;

    fn any_cursor() -> impl Strategy<Value = Cursor> {
        let instants = Timestamp::MIN.as_microsecond()..=Timestamp::MAX.as_microsecond();
        let instant = instants.prop_map(|micros| SortKey::Instant(super::from_microsecond(micros).unwrap()));
        let sorts = prop_oneof![Just(Sort::Creation), Just(Sort::Expiry), Just(Sort::LastUse)];
        let timed = (sorts, prop_oneof![instant, Just(SortKey::None)]);
        let named = (Just(Sort::Name), prop_oneof![".{1,100}".prop_map(SortKey::Text), Just(SortKey::None)]);
        (prop_oneof![timed, named], any::<bool>(), any::<u128>()).prop_map(|((sort, key), descending, id)| Cursor {
            order: if descending { Order::descending(sort) } else { Order::ascending(sort) },
            key,
            id: TokenId::from_uuid(Uuid::from_u128(id)),
        })
    }

    proptest! {
        #[test]
        fn cursor_reads_back_from_its_text(cursor in any_cursor()) {
            let text = cursor.to_string();
            prop_assert!(text.len() <= Cursor::MAX_LEN);
            prop_assert_eq!(text.parse(), Ok(cursor));
        }

        #[test]
        fn any_other_text_is_refused_or_read_and_never_panics(text in ".{0,60}", bytes in any::<Vec<u8>>()) {
            let _ = text.parse::<Cursor>();
            let _ = Cursor::read(&bytes);
        }

        #[test]
        fn cursor_that_is_cut_short_or_goes_on_is_refused(cursor in any_cursor(), cut in 0_usize..18) {
            let bytes = cursor.bytes();
            prop_assert_eq!(Cursor::read(&bytes[..cut]), None);
            if cursor.order.sort() != Sort::Name {
                prop_assert_eq!(Cursor::read(&[&bytes[..], &[0]].concat()), None);
            }
        }
    }
}
