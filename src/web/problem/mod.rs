//! What people and programs are told that cannot be had.

mod document;
mod field;
mod kind;
mod managed;

pub(super) use document::{Problem, report_outage};
pub(super) use field::{FieldError, Place};
pub(super) use kind::ProblemKind;
