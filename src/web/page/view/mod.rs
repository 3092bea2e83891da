//! What people are shown.

mod entry;
mod failure;
mod form;
mod frame;
mod list;
mod pat;
mod render;
mod revoke;
mod rotate;
mod secret;
mod show;
mod when;

pub(super) use entry::Entry;
pub(super) use failure::FailurePage;
pub(super) use form::FormPage;
pub(super) use frame::Frame;
pub(super) use list::ListPage;
pub(super) use pat::{PatView, SOON};
pub(super) use render::html;
pub(super) use revoke::RevokePage;
pub(super) use rotate::RotatePage;
pub(super) use secret::SecretPage;
pub(super) use show::ShowPage;
