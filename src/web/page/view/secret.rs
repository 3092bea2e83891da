use askama::Template;

use super::frame::Frame;
use crate::manager::CreatedPat;
use crate::web::page::secret::Occasion;

/// A new token with its secret, this once.
#[derive(Template)]
#[template(path = "secret.html")]
pub(in crate::web::page) struct SecretPage<'a> {
    frame: &'a Frame,
    name: String,
    secret: &'a str,
    address: &'a str,
    href: String,
    is_rotated: bool,
    expires: String,
}

impl<'a> SecretPage<'a> {
    /// `address` is what the line for curl calls.
    pub(in crate::web::page) fn new(
        frame: &'a Frame,
        created: &'a CreatedPat,
        occasion: Occasion,
        address: &'a str,
    ) -> Self {
        let record = created.record();
        Self {
            frame,
            name: record.name().map(ToString::to_string).unwrap_or_default(),
            secret: created.token().expose_secret(),
            address,
            href: frame.href(&format!("/{}", record.id())),
            is_rotated: occasion == Occasion::Rotated,
            expires: match record.expires_at() {
                Some(expiry) => frame.words().with("expires-on", &[("moment", &frame.words().moment(expiry))]),
                None => frame.t("expires-never"),
            },
        }
    }
}
