//! What the layer leaves in the extensions of a request, and how what stands inside finds it.

mod accepted;
mod admission;

pub(crate) use accepted::{AcceptedScopes, ask_accepted, note_accepted};
pub(crate) use admission::{admit, admit_anonymous, caller, report_missing_parameter};
