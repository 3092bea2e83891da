/// A mistake that the model checker must find when it is planted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Flaw {
    /// A remembered verdict counts whatever was raised since.
    NoEpochOnHit,
    /// Who arrives after a change waits for a load from before it.
    FlightsByDigestAlone,
    /// A load counts whatever was raised while it was under way.
    NoSecondLook,
    /// A load counts in the epoch in which it came to its end.
    EpochOfLanding,
    /// After an outage a remembered verdict counts whatever was raised since.
    NoEpochOnStale,
    /// Whether a feed was heard is read after the epoch.
    TrustAfterEpoch,
}
