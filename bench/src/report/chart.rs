use std::fmt::{self, Write};

use super::results::Results;
use crate::number::grouped;

const WIDTH: f64 = 860.0;
const LABELS: f64 = 360.0;
const ROW: f64 = 22.0;
/// The axis is logarithmic: from 10 ns to 1 ms, five powers of ten.
const POWERS: f64 = 5.0;

/// What each layer adds to a request, as bars.
pub(crate) fn svg(results: &Results) -> Result<String, fmt::Error> {
    let shown = || results.cases.iter().filter(|figures| results.over(figures) >= 10.0);
    let height = ROW * (crate::number::length(shown().count()) + 3.0);
    let mut text = String::new();
    writeln!(
        text,
        r#"<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height}" font-family="sans-serif" font-size="12">"#
    )?;
    writeln!(text, r#"<rect width="100%" height="100%" fill="white"/>"#)?;
    writeln!(text, r#"<text x="8" y="16">Nanoseconds over the bare router (logarithmic, shorter is better)</text>"#)?;
    for power in 1..=6_u32 {
        let x = place(10_f64.powf(f64::from(power)));
        let bottom = height - ROW;
        writeln!(text, r##"<line x1="{x:.0}" y1="24" x2="{x:.0}" y2="{bottom:.0}" stroke="#ddd"/>"##)?;
        let below = height - 8.0;
        let label = grouped(10_f64.powf(f64::from(power)));
        writeln!(text, r#"<text x="{x:.0}" y="{below:.0}" text-anchor="middle">{label}</text>"#)?;
    }
    let mut y = ROW * 1.3;
    for figures in shown() {
        let (over, colour) = (results.over(figures), if figures.name.contains("ours") { "#2563eb" } else { "#9ca3af" });
        let (name, end, baseline) = (plain(figures.name), place(over), y + 14.0);
        let (length, after, label) = (end - LABELS, end + 4.0, grouped(over));
        writeln!(text, r#"<text x="8" y="{baseline:.0}">{name}</text>"#)?;
        writeln!(text, r#"<rect x="{LABELS}" y="{y:.0}" width="{length:.0}" height="17" fill="{colour}"/>"#)?;
        writeln!(text, r#"<text x="{after:.0}" y="{baseline:.0}">{label}</text>"#)?;
        y += ROW;
    }
    writeln!(text, "</svg>")?;
    Ok(text)
}

fn place(nanos: f64) -> f64 {
    let share = (nanos.log10() - 1.0) / POWERS;
    LABELS + share.clamp(0.0, 1.0) * (WIDTH - LABELS - 60.0)
}

/// A name without marks, as XML.
fn plain(name: &str) -> String {
    name.replace(['*', '`'], "").replace('&', "&amp;").replace('<', "&lt;")
}
