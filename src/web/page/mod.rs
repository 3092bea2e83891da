//! The page on which people manage their own tokens: HTML that the server writes, which needs no JavaScript.
//!
//! What each file is for: `builder` and `look` are what a host sets, `visit` who looks at what, `form` what people fill in,
//! `view` what they are shown, `language` the words, and the others one flow each.

mod assets;
mod base;
mod builder;
mod color;
mod create;
mod edit;
mod failure;
mod form;
mod guard;
mod house;
mod language;
mod list;
mod logo;
mod look;
mod pause;
mod revoke;
mod rotate;
mod secret;
mod show;
mod view;
mod visit;

pub use builder::{PageBuilder, page};
pub use color::Color;
pub use language::{InvalidLanguage, InvalidLanguageKind};
pub use logo::Logo;
