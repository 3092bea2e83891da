use std::fmt::{self, Write as _};
use std::sync::{Arc, Mutex};

use tracing::field::{Field, Visit};
use tracing::{Event, Level, Subscriber};
use tracing_subscriber::layer::{Context, SubscriberExt};
use tracing_subscriber::{Layer, registry};

use super::leak::{Watch, watch};

/// Writes down what is logged.
#[derive(Debug, Clone, Default)]
pub(crate) struct Journal(Arc<Mutex<Vec<Entry>>>);

#[derive(Debug, Clone)]
pub(crate) struct Entry {
    pub(crate) name: &'static str,
    pub(crate) level: Level,
    /// `message=… field=…`
    pub(crate) fields: String,
}

impl Journal {
    pub(crate) fn subscriber(&self) -> impl Subscriber + Send + Sync + use<> {
        watch();
        registry().with(Watch).with(self.clone())
    }

    /// What the crate has logged since the last look.
    pub(crate) fn take(&self) -> Vec<Entry> {
        std::mem::take(&mut self.0.lock().unwrap())
    }
}

impl<S: Subscriber> Layer<S> for Journal {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        let metadata = event.metadata();
        if !metadata.target().starts_with("tower_pat") {
            return;
        }
        let mut fields = Fields(String::new());
        event.record(&mut fields);
        let entry = Entry { name: metadata.name(), level: *metadata.level(), fields: fields.0.trim_end().to_owned() };
        self.0.lock().unwrap().push(entry);
    }
}

struct Fields(String);

impl Visit for Fields {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        write!(self.0, "{field}={value:?} ").unwrap();
    }
}
