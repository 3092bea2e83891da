/// What a verifier counts. [`Statistics`](super::Statistics) says exactly what each means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Event {
    Hit,
    RefusedUnseen,
    Miss,
    Led,
    Joined,
    Crowded,
    HeldBack,
    Left,
    Stale,
    Unavailable,
    Load,
    Reload,
    Refresh,
    Answered,
    Failed,
}

impl Event {
    /// In the order of their places.
    pub(super) const ALL: [Self; 15] = [
        Self::Hit,
        Self::RefusedUnseen,
        Self::Miss,
        Self::Led,
        Self::Joined,
        Self::Crowded,
        Self::HeldBack,
        Self::Left,
        Self::Stale,
        Self::Unavailable,
        Self::Load,
        Self::Reload,
        Self::Refresh,
        Self::Answered,
        Self::Failed,
    ];

    /// As [`Statistics`](super::Statistics) and the metrics call its number.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Hit => "hits",
            Self::RefusedUnseen => "refused_unseen",
            Self::Miss => "misses",
            Self::Led => "led",
            Self::Joined => "joined",
            Self::Crowded => "crowded",
            Self::HeldBack => "held_back",
            Self::Left => "left",
            Self::Stale => "stale",
            Self::Unavailable => "unavailable",
            Self::Load => "loads",
            Self::Reload => "reloads",
            Self::Refresh => "refreshes",
            Self::Answered => "loads_answered",
            Self::Failed => "loads_failed",
        }
    }

    /// Where its number stands among those of the others.
    pub(super) const fn place(self) -> usize {
        self as usize
    }
}

#[cfg(test)]
#[cfg(not(model))]
mod tests {
    use super::Event;

    #[test]
    fn each_event_stands_in_its_place() {
        for (place, event) in Event::ALL.into_iter().enumerate() {
            assert_eq!(event.place(), place);
        }
    }
}
