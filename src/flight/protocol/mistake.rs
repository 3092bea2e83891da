/// A mistake that the checker must find when it is planted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mistake {
    /// A reading goes on after the highest number that the one before has seen.
    HighestSeen,
    /// A reading counts before what it tells of is void.
    HeardFirst,
    /// A reading counts from its end on.
    HeardAtEnd,
    /// Nobody says that rows were deleted.
    PruneIgnored,
    /// A database that was restored is taken for the one that was there before.
    GenerationIgnored,
    /// The feed is read only by who is woken.
    WakesAlone,
    /// A decision reads the epoch before it reads what was heard.
    EpochFirst,
}
