//! The words of the page: one file a language, in the form of Project Fluent.

mod accepted;
mod dates;
mod error;
mod known;
mod words;

pub use error::{InvalidLanguage, InvalidLanguageKind};
pub(super) use known::Languages;
pub(super) use words::Language;
