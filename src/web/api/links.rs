use axum::extract::OriginalUri;
use form_urlencoded::Serializer;
use http::HeaderValue;

use crate::record::TokenId;

/// The way to a token from where the list is, which may be nested anywhere.
pub(super) fn to_token(OriginalUri(list): &OriginalUri, id: TokenId) -> Option<HeaderValue> {
    format!("{}/{id}", list.path().trim_end_matches('/')).try_into().ok()
}

/// The link to the page that follows (RFC 8288): what was asked for, but for the cursor.
pub(super) fn to_next(OriginalUri(list): &OriginalUri, cursor: &str) -> Option<HeaderValue> {
    let mut query = Serializer::new(String::new());
    let asked = form_urlencoded::parse(list.query().unwrap_or_default().as_bytes());
    query.extend_pairs(asked.filter(|(name, _)| name != "cursor"));
    query.append_pair("cursor", cursor);
    format!("<{}?{}>; rel=\"next\"", list.path(), query.finish()).try_into().ok()
}
