//! What a request brings: read strictly, and refused without a word of it being repeated.

mod body;
mod condition;
mod document;
mod form;
mod key;
mod query;
mod values;

pub(super) use condition::{Condition, tag};
pub(super) use document::{Json, MergePatch, Optional};
pub(super) use form::{Form, FormFault};
pub(super) use key::Key;
pub(super) use query::Query;
pub(super) use values::Values;
