//! What was measured, as text, as data and as a picture.

mod chart;
mod goals;
mod json;
mod results;
mod table;

pub(crate) use chart::svg;
pub(crate) use goals::{goals, long_goals};
pub(crate) use json::json;
pub(crate) use results::{Note, Results};
pub(crate) use table::{markdown, sections};
