use super::audit::AuditEvent;
use super::touched::Touched;

/// What a store has done at one go: what must be announced of it, and what it has noted in the audit.
///
/// ```
/// use tower_pat::store::{Done, Touched};
///
/// assert_eq!(Done::default().touched(), &Touched::Marks(Vec::new()));
/// assert!(Done::default().events().is_empty(), "nothing was done");
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Done {
    touched: Touched,
    events: Vec<AuditEvent>,
}

impl Done {
    /// What was touched, and the events just as the audit has them.
    #[must_use]
    pub fn new(touched: Touched, events: Vec<AuditEvent>) -> Self {
        Self { touched, events }
    }

    /// What must be announced.
    #[must_use]
    pub fn touched(&self) -> &Touched {
        &self.touched
    }

    /// What was noted.
    #[must_use]
    pub fn events(&self) -> &[AuditEvent] {
        &self.events
    }
}

/// Nothing.
impl Default for Done {
    fn default() -> Self {
        Self::new(Touched::Marks(Vec::new()), Vec::new())
    }
}
