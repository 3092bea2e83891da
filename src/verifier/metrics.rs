use std::panic::{AssertUnwindSafe, catch_unwind};
use std::ptr;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::Duration;

use metrics::{Gauge, Key, Label, Level, Metadata, Recorder, Unit, with_recorder};

use super::event::Event;
use crate::cache::BySort;
use crate::clock::Moment;

const LOADS_UNDER_WAY: (&str, &str) =
    ("pat_verifier_loads_under_way", "Calls to the resolver that have not ended yet.");
const LOAD_DURATION: (&str, &str) = ("pat_verifier_load_duration_seconds", "How long a call to the resolver took.");
const FORGOTTEN: (&str, &str) =
    ("pat_verifier_uses_forgotten_total", "Uses of tokens that the observer was never told of.");
const EVICTIONS: (&str, &str) = ("pat_verifier_evictions_total", "Verdicts that had to make room for others.");

impl Event {
    fn metric(self) -> String {
        format!("pat_verifier_{}_total", self.name())
    }

    const fn description(self) -> &'static str {
        match self {
            Self::Hit => "Tokens decided on by a remembered verdict.",
            Self::RefusedUnseen => "Tokens refused for their form, prefix or checksum.",
            Self::Miss => "Tokens of which nothing was remembered that could be relied on.",
            Self::Led => "Misses that called the resolver.",
            Self::Joined => "Misses that shared a call of another.",
            Self::Crowded => "Misses refused since too many waited for a call.",
            Self::HeldBack => "Misses held back since calls had failed in a row.",
            Self::Left => "Misses whose client went away before their call.",
            Self::Stale => "Misses decided on, in an outage, by a verdict past its time.",
            Self::Unavailable => "Misses denied since nothing could be found out.",
            Self::Load => "Calls to the resolver.",
            Self::Reload => "Calls made anew since the token had changed meanwhile.",
            Self::Refresh => "Calls in the background for remembered tokens.",
            Self::Answered => "Calls to the resolver that were answered.",
            Self::Failed => "Calls to the resolver that came to no answer.",
        }
    }
}

/// Tells the recorder of metrics what is counted.
///
/// Handles are asked for whenever there is something to tell, and not kept: so a recorder that is installed late is told
/// of what comes after.
#[derive(Debug)]
pub(super) struct Metrics {
    counters: [Key; Event::ALL.len()],
    evictions: [Key; 2],
    /// How many the recorder was told of.
    evictions_told: [AtomicU64; 2],
    forgotten: Key,
    forgotten_told: AtomicU64,
    under_way: Key,
    durations: [Key; 2],
    /// The address of the recorder that was told what the names mean.
    described_to: AtomicUsize,
}

impl Metrics {
    /// All verifiers with one name are counted together.
    pub(super) fn new(name: Option<String>) -> Self {
        let labels: Vec<_> = name.map(|name| Label::new("verifier", name)).into_iter().collect();
        let key = |name: String| Key::from_parts(name, labels.clone());
        let with = |name: &str, label| key(name.to_owned()).with_extra_labels(vec![label]);
        Self {
            counters: Event::ALL.map(|event| key(event.metric())),
            evictions: ["known", "unknown"].map(|kind| with(EVICTIONS.0, Label::from_static_parts("tokens", kind))),
            evictions_told: Default::default(),
            forgotten: key(FORGOTTEN.0.to_owned()),
            forgotten_told: AtomicU64::new(0),
            under_way: key(LOADS_UNDER_WAY.0.to_owned()),
            durations: ["failed", "answered"]
                .map(|outcome| with(LOAD_DURATION.0, Label::from_static_parts("outcome", outcome))),
            described_to: AtomicUsize::new(0),
        }
    }

    pub(super) fn count(&self, event: Event, times: u64) {
        let key = &self.counters[event.place()];
        self.with_recorder(|recorder| recorder.register_counter(key, &METADATA).increment(times));
    }

    pub(super) fn count_evictions(&self, evicted: BySort) {
        let told = self.evictions.iter().zip(&self.evictions_told);
        for ((key, told), evicted) in told.zip([evicted.known, evicted.unknown]) {
            self.count_up_to(key, told, evicted);
        }
    }

    pub(super) fn count_forgotten(&self, forgotten: u64) {
        self.count_up_to(&self.forgotten, &self.forgotten_told, forgotten);
    }

    /// Tells of what lies beyond the number that was told before.
    fn count_up_to(&self, key: &Key, told: &AtomicU64, counted: u64) {
        let before = told.fetch_max(counted, Ordering::Relaxed);
        if before < counted {
            let times = counted - before;
            self.with_recorder(|recorder| recorder.register_counter(key, &METADATA).increment(times));
        }
    }

    pub(super) fn load_begins(&self, now: Moment) -> UnderWay {
        let gauge = self.with_recorder(|recorder| {
            let gauge = recorder.register_gauge(&self.under_way, &METADATA);
            gauge.increment(1.0);
            gauge
        });
        UnderWay { gauge: gauge.unwrap_or_else(Gauge::noop), started: now.monotonic() }
    }

    pub(super) fn load_ends(&self, load: &UnderWay, is_answered: bool, now: Moment) {
        contained(|| load.gauge.decrement(1.0));
        let took = now.monotonic().saturating_sub(load.started);
        let key = &self.durations[usize::from(is_answered)];
        self.with_recorder(|recorder| recorder.register_histogram(key, &METADATA).record(took));
    }

    /// None if the recorder panicked.
    fn with_recorder<T>(&self, tell: impl FnOnce(&dyn Recorder) -> T) -> Option<T> {
        contained(|| with_recorder(|recorder| self.introduce(recorder, tell)))
    }

    /// Tells a recorder first, once, what the names mean.
    fn introduce<T>(&self, recorder: &dyn Recorder, tell: impl FnOnce(&dyn Recorder) -> T) -> T {
        let address = ptr::from_ref(recorder).cast::<()>().addr();
        if self.described_to.load(Ordering::Relaxed) != address {
            self.described_to.store(address, Ordering::Relaxed);
            describe(recorder);
        }
        tell(recorder)
    }
}

/// What `call` gives, unless the recorder panics in it: that ends here. A recorder is called by requests, loads and
/// destructors, also while a panic of the resolver unwinds, where another one would end the process.
fn contained<T>(call: impl FnOnce() -> T) -> Option<T> {
    catch_unwind(AssertUnwindSafe(call)).ok()
}

const METADATA: Metadata<'static> = Metadata::new("tower_pat", Level::INFO, None);

fn describe(recorder: &dyn Recorder) {
    for event in Event::ALL {
        recorder.describe_counter(event.metric().into(), Some(Unit::Count), event.description().into());
    }
    recorder.describe_counter(FORGOTTEN.0.into(), Some(Unit::Count), FORGOTTEN.1.into());
    recorder.describe_counter(EVICTIONS.0.into(), Some(Unit::Count), EVICTIONS.1.into());
    recorder.describe_gauge(LOADS_UNDER_WAY.0.into(), Some(Unit::Count), LOADS_UNDER_WAY.1.into());
    recorder.describe_histogram(LOAD_DURATION.0.into(), Some(Unit::Seconds), LOAD_DURATION.1.into());
}

/// A load that the gauge knows of. It is taken from the same gauge, whatever was installed meanwhile.
#[derive(Debug)]
pub(super) struct UnderWay {
    gauge: Gauge,
    started: Duration,
}
