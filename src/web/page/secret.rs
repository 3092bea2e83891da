use axum::response::{IntoResponse, Redirect, Response};
use jiff::SignedDuration;

use super::view::{SecretPage, html};
use super::visit::Visitor;
use crate::manager::CreatedPat;
use crate::store::{IdempotencyKey, StoredPat};
use crate::web::problem::Problem;

/// Why a secret is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Occasion {
    Created,
    Rotated,
}

/// For so long a form that is sent again is one that was sent twice, by a finger that was too quick or a line that broke.
/// Who sends it later has seen the answer: they reload, or they have gone back.
const TWICE: SignedDuration = SignedDuration::from_secs(5);

/// The answer to a form that has been answered before: where the token is, and not its secret.
///
/// A form that is sent twice at one time makes one token. Its secret is made anew for the second answer, since that is the one
/// which a browser shows.
pub(super) async fn already(visitor: &Visitor, key: &IdempotencyKey) -> Result<Option<Response>, Problem> {
    let found = visitor.manager().by_key(visitor.person.owner(), key).await?;
    let Some(record) = found.as_ref().map(StoredPat::record) else {
        return Ok(None);
    };
    let age = record.created_at().map(|made_at| visitor.now().duration_since(made_at));
    if age.is_some_and(|age| age < TWICE) {
        return Ok(None);
    }
    let place = format!("{}?again", visitor.frame.href(&format!("/{}", record.id())));
    Ok(Some(Redirect::to(&place).into_response()))
}

/// Counts one more token that is made or replaced.
pub(super) fn admit(visitor: &Visitor) -> Result<(), Problem> {
    visitor.frame.house().creations().admit(visitor.person.owner())
}

/// The page that shows a secret, this once: it is in no address, and nothing keeps it.
pub(super) fn shown(visitor: &Visitor, created: &CreatedPat, occasion: Occasion) -> Response {
    let given = visitor.frame.house().example();
    let address = given.map_or_else(|| root(visitor.host.as_deref()), str::to_owned);
    html(&SecretPage::new(&visitor.frame, created, occasion, &address))
}

/// The root of a host, as the person who asks for it calls it: it goes into a line for a shell, so it has none but the
/// characters of a name.
fn root(host: Option<&str>) -> String {
    let is_plain = |host: &&str| host.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-:[]".contains(&byte));
    let host = host.filter(is_plain).filter(|host| !host.is_empty()).unwrap_or("localhost");
    let is_here = ["localhost", "127.", "[::1]"].iter().any(|here| host.starts_with(here));
    format!("{}://{host}/", if is_here { "http" } else { "https" })
}
