/// Which tokens a list shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::web::page) enum Filter {
    Current,
    Soon,
    Paused,
    Over,
    All,
}

impl Filter {
    pub(in crate::web::page) const ALL: [Self; 5] = [Self::Current, Self::Soon, Self::Paused, Self::Over, Self::All];

    pub(in crate::web::page) fn parse(word: &str) -> Self {
        Self::ALL.into_iter().find(|filter| filter.word() == word).unwrap_or(Self::Current)
    }

    pub(in crate::web::page) fn word(self) -> &'static str {
        match self {
            Self::Current => "current",
            Self::Soon => "soon",
            Self::Paused => "paused",
            Self::Over => "over",
            Self::All => "all",
        }
    }
}
