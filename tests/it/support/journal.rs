use std::collections::HashMap;
use std::fmt::{self, Write as _};
use std::sync::{Arc, Mutex};

use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Level, Metadata, Subscriber};
use tracing_subscriber::layer::{Context, SubscriberExt};
use tracing_subscriber::registry::LookupSpan;
use tracing_subscriber::{Layer, registry};

use super::leak::{Watch, watch};

/// Writes down what is logged.
#[derive(Debug, Clone, Default)]
pub(crate) struct Journal {
    entries: Arc<Mutex<Vec<Entry>>>,
    spans: Arc<Mutex<HashMap<&'static str, String>>>,
}

#[derive(Debug, Clone)]
pub(crate) struct Entry {
    pub(crate) name: &'static str,
    pub(crate) level: Level,
    /// In which span it was logged.
    pub(crate) span: Option<&'static str>,
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
        std::mem::take(&mut self.entries.lock().unwrap())
    }

    /// What was recorded in spans of this name since the last look.
    pub(crate) fn span(&self, name: &str) -> String {
        self.spans.lock().unwrap().remove(name).unwrap_or_default().trim_end().to_owned()
    }

    fn record(&self, metadata: &Metadata<'static>, record: impl FnOnce(&mut Fields)) {
        if metadata.target().starts_with("tower_pat") {
            let mut fields = Fields(String::new());
            record(&mut fields);
            self.spans.lock().unwrap().entry(metadata.name()).or_default().push_str(&fields.0);
        }
    }
}

impl<S: Subscriber + for<'a> LookupSpan<'a>> Layer<S> for Journal {
    fn on_new_span(&self, attributes: &Attributes<'_>, _: &Id, _: Context<'_, S>) {
        self.record(attributes.metadata(), |fields| attributes.record(fields));
    }

    fn on_record(&self, id: &Id, values: &Record<'_>, context: Context<'_, S>) {
        self.record(context.metadata(id).unwrap(), |fields| values.record(fields));
    }

    fn on_event(&self, event: &Event<'_>, context: Context<'_, S>) {
        let metadata = event.metadata();
        if !metadata.target().starts_with("tower_pat") {
            return;
        }
        let mut fields = Fields(String::new());
        event.record(&mut fields);
        let span = context.lookup_current().map(|span| span.name());
        let fields = fields.0.trim_end().to_owned();
        let entry = Entry { name: metadata.name(), level: *metadata.level(), span, fields };
        self.entries.lock().unwrap().push(entry);
    }
}

struct Fields(String);

impl Visit for Fields {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        write!(self.0, "{field}={value:?} ").unwrap();
    }
}
