//! What the stores in databases have in common: which columns there are, what their values mean, and how a list is read.

mod columns;
mod part;
mod readable;
mod row;
mod tables;

pub(super) use columns::{record, stored, written};
pub(super) use part::{Part, parts};
pub(super) use row::{Read, Row, event, instant, mark, noted, record, stored};
pub(super) use tables::Tables;
