use std::time::Duration;

/// How many loads a verifier makes at once, and how many may wait for that, how long.
#[derive(Debug, Clone, Copy)]
pub(super) struct Limits {
    pub(super) max_loads: usize,
    pub(super) waiting: usize,
    pub(super) waiting_of_one_client: usize,
    pub(super) patience: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self { max_loads: 64, waiting: 1_024, waiting_of_one_client: 64, patience: Duration::from_millis(500) }
    }
}

impl Limits {
    /// With a wait of at most half the deadline: the load is to have time as well, and a flood alone is not to look like
    /// a resolver that does not answer.
    pub(super) fn within(mut self, deadline: Duration) -> Self {
        self.patience = self.patience.min(deadline / 2);
        self
    }

    /// Of the loads in the background: a quarter as many, and one at least. Nobody waits for a turn.
    pub(super) fn of_refreshes(self) -> Self {
        Self { max_loads: (self.max_loads / 4).max(1), waiting: 0, waiting_of_one_client: 0, ..self }
    }
}
