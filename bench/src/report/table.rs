use std::fmt::{self, Write};

use super::results::{Note, Results};
use crate::number::{float, grouped};

/// The tables, in Markdown.
pub(crate) fn markdown(results: &Results) -> Result<String, fmt::Error> {
    let mut text = String::new();
    writeln!(text, "{} interleaved rounds, medians; {}\n", results.rounds, results.machine)?;
    writeln!(text, "| case | ns | over bare | × bare | p99 ns | allocations | bytes |")?;
    writeln!(text, "|---|--:|--:|--:|--:|--:|--:|")?;
    for figures in &results.cases {
        let (nanos, over) = (grouped(figures.nanos), grouped(results.over(figures)));
        let (times, p99) = (results.times_bare(figures), grouped(float(figures.p99)));
        let (name, allocations, bytes) = (figures.name, figures.allocations, grouped(float(figures.bytes)));
        writeln!(text, "| {name} | {nanos} | {over} | {times:.2} | {p99} | {allocations} | {bytes} |")?;
    }
    lookups(&mut text, results)?;
    text.push_str(&sections(&results.notes)?);
    Ok(text)
}

fn lookups(text: &mut String, results: &Results) -> fmt::Result {
    writeln!(text, "\nLook-ups alone, without HTTP (a reading of the clock, {} ns, is in each p99):\n", results.clock)?;
    writeln!(text, "| look-up | ns | p99 ns | allocations |")?;
    writeln!(text, "|---|--:|--:|--:|")?;
    for lookup in &results.lookups {
        let (nanos, p99) = (grouped(lookup.nanos), grouped(float(lookup.p99)));
        writeln!(text, "| {} | {nanos} | {p99} | {} |", lookup.name, lookup.allocations)?;
    }
    Ok(())
}

/// The tables of the long sections.
pub(crate) fn sections(notes: &[Note]) -> Result<String, fmt::Error> {
    let (mut text, mut section) = (String::new(), "");
    for note in notes {
        if note.section != section {
            section = &note.section;
            writeln!(text, "\n{section}:\n\n| what | figure |\n|---|--:|")?;
        }
        writeln!(text, "| {} | {} {} |", note.name, figure(note.value), note.unit)?;
    }
    Ok(text)
}

/// Small ones with their decimals.
fn figure(value: f64) -> String {
    if value.abs() < 10.0 && value.fract().abs() > 0.0 { format!("{value:.2}") } else { grouped(value) }
}
