use std::error::Error;
use std::fmt::{self, Write as _};
use std::panic;
use std::sync::Once;

use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};
use tracing_subscriber::layer::{Context, SubscriberExt};
use tracing_subscriber::registry::LookupSpan;
use tracing_subscriber::{Layer, registry};

use super::look::look;

/// Begins to listen to all that any crate logs in this process, and to what it says when it panics.
pub(crate) fn watch() {
    static BEGIN: Once = Once::new();
    BEGIN.call_once(|| {
        tracing::subscriber::set_global_default(registry().with(Watch)).expect("no test sets a subscriber for all");
        log::set_logger(&Watch).expect("no test sets a logger");
        log::set_max_level(log::LevelFilter::Trace);
        let told = panic::take_hook();
        panic::set_hook(Box::new(move |panic| {
            let place = panic.location().map(ToString::to_string).unwrap_or_default();
            look("a panic", &place, panic.payload_as_str().unwrap_or_default());
            told(panic);
        }));
    });
}

/// Looks at every event and every span. A subscriber that a test sets for itself has it as a layer.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Watch;

impl<S> Layer<S> for Watch
where
    S: Subscriber + for<'a> LookupSpan<'a>,
{
    fn on_new_span(&self, attributes: &Attributes<'_>, _: &Id, _: Context<'_, S>) {
        look_at("a span", attributes.metadata(), |fields| attributes.record(fields));
    }

    fn on_record(&self, id: &Id, values: &Record<'_>, context: Context<'_, S>) {
        let metadata = context.metadata(id).expect("a span is there while it is recorded");
        look_at("a recorded field of a span", metadata, |fields| values.record(fields));
    }

    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        look_at("an event", event.metadata(), |fields| event.record(fields));
    }
}

impl log::Log for Watch {
    fn enabled(&self, _: &log::Metadata<'_>) -> bool {
        true
    }

    fn log(&self, record: &log::Record<'_>) {
        // What carries the messages of a WebSocket writes them down, the one with the token too, and what reads the page that
        // shows one does.
        if !["tungstenite::", "html5ever::"].iter().any(|reader| record.target().starts_with(reader)) {
            look("a log record", record.target(), record.args().to_string());
        }
    }

    fn flush(&self) {}
}

fn look_at(channel: &str, metadata: &'static Metadata<'static>, record: impl FnOnce(&mut Fields)) {
    let mut fields = Fields(format!("{} {}\n", metadata.target(), metadata.name()));
    record(&mut fields);
    look(channel, &format!("{} ({})", metadata.target(), metadata.name()), fields.0);
}

/// One field a line.
struct Fields(String);

impl Visit for Fields {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        writeln!(self.0, "{field}={value:?}").unwrap();
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        writeln!(self.0, "{field}={value}").unwrap();
    }

    fn record_error(&mut self, field: &Field, value: &(dyn Error + 'static)) {
        let mut next = Some(value);
        while let Some(error) = next {
            writeln!(self.0, "{field}={error} {error:?}").unwrap();
            next = error.source();
        }
    }
}
