use std::collections::{BTreeSet, HashMap};
use std::time::Duration;

use crate::record::TokenId;

/// Of which tokens it was told within the last hour, of as many as there is room for. All instants are readings of the
/// monotonic clock.
#[derive(Debug, Default)]
pub(super) struct Told {
    until: HashMap<TokenId, Duration>,
    ends: BTreeSet<(Duration, TokenId)>,
}

impl Told {
    pub(super) const ROOM: usize = 10_000;
    const HOUR: Duration = Duration::from_hours(1);

    pub(super) fn holds(&self, id: TokenId, now: Duration) -> bool {
        self.until.get(&id).is_some_and(|until| now < *until)
    }

    /// Whether there is room for it.
    pub(super) fn add(&mut self, id: TokenId, now: Duration) -> bool {
        self.forget(id);
        while let Some(&(end, oldest)) = self.ends.first().filter(|(end, _)| *end <= now) {
            self.ends.remove(&(end, oldest));
            self.until.remove(&oldest);
        }
        if self.until.len() >= Self::ROOM {
            return false;
        }
        let end = now.saturating_add(Self::HOUR);
        self.until.insert(id, end);
        self.ends.insert((end, id));
        true
    }

    pub(super) fn forget(&mut self, id: TokenId) {
        if let Some(end) = self.until.remove(&id) {
            self.ends.remove(&(end, id));
        }
    }
}

#[cfg(test)]
#[cfg(not(model))]
mod tests {
    use std::time::Duration;

    use uuid::Uuid;

    use super::Told;
    use crate::record::TokenId;

    fn id(number: usize) -> TokenId {
        TokenId::from_uuid(Uuid::from_u128(number as u128))
    }

    #[test]
    fn token_is_held_for_an_hour_unless_it_is_forgotten() {
        let (mut told, second) = (Told::default(), Duration::from_secs);
        assert!(told.add(id(1), second(0)) && told.add(id(2), second(5)));
        assert!(told.holds(id(1), second(3_599)) && !told.holds(id(1), second(3_600)) && !told.holds(id(3), second(0)));
        told.forget(id(2));
        assert!(!told.holds(id(2), second(6)));
        assert!(told.add(id(1), second(3_600)) && told.holds(id(1), second(7_199)));
        assert_eq!((told.until.len(), told.ends.len()), (1, 1));
    }

    #[test]
    fn room_is_bounded_and_comes_back_after_an_hour() {
        let (mut told, second) = (Told::default(), Duration::from_secs);
        assert!((0..Told::ROOM).all(|number| told.add(id(number), second(1))));
        assert!(!told.add(id(Told::ROOM), second(3_600)));
        assert!(told.add(id(7), second(3_600)), "it has a place already");
        assert!(told.add(id(Told::ROOM), second(3_601)));
        assert_eq!((told.until.len(), told.ends.len()), (2, 2));
    }
}
