use serde::{Deserialize, Serialize};

use crate::lookups::LookUp;
use crate::measure::Figures;
use crate::number::median;

/// All that one run has found.
#[derive(Debug)]
pub(crate) struct Results {
    pub(crate) rounds: usize,
    pub(crate) machine: String,
    pub(crate) clock: u64,
    pub(crate) cases: Vec<Figures>,
    pub(crate) lookups: Vec<LookUp>,
    /// Of the long sections, if they were run.
    pub(crate) notes: Vec<Note>,
}

/// One figure of a long section.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Note {
    pub(crate) section: String,
    pub(crate) key: String,
    pub(crate) name: String,
    pub(crate) value: f64,
    pub(crate) unit: String,
}

impl Note {
    pub(crate) fn new(section: &str, (key, name): (&str, &str), value: f64, unit: &str) -> Self {
        let [section, key, name, unit] = [section, key, name, unit].map(str::to_owned);
        Self { section, key, name, value, unit }
    }
}

impl Results {
    pub(crate) fn case(&self, key: &str) -> &Figures {
        self.cases.iter().find(|figures| figures.key == key).expect("the key is that of a case")
    }

    /// What a request of this case costs beyond one of the bare router with the same sort of tokens.
    pub(crate) fn over(&self, figures: &Figures) -> f64 {
        figures.nanos - self.bare(figures).nanos
    }

    /// What one case costs beyond another: the median of the differences of each round.
    pub(crate) fn between(&self, more: &str, less: &str) -> f64 {
        let rounds = self.case(more).rounds.iter().zip(&self.case(less).rounds);
        median(&mut rounds.map(|(more, less)| more - less).collect::<Vec<_>>())
    }

    pub(crate) fn times_bare(&self, figures: &Figures) -> f64 {
        figures.nanos / self.bare(figures).nanos
    }

    fn bare(&self, figures: &Figures) -> &Figures {
        self.case(if figures.hot { "bare" } else { "bare_spread" })
    }

    pub(crate) fn lookup(&self, key: &str) -> &LookUp {
        self.lookups.iter().find(|lookup| lookup.key == key).expect("the key is that of a look-up")
    }
}
