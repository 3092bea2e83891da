use axum::extract::OriginalUri;
use http::request::Parts;

/// The path under which the page is nested, without a slash at its end: that of the request less what the page's own router
/// sees of it.
pub(super) fn base(parts: &Parts) -> String {
    let whole = parts.extensions.get::<OriginalUri>().map_or(parts.uri.path(), |OriginalUri(uri)| uri.path());
    let below = parts.uri.path();
    let base = if below == "/" { whole } else { whole.strip_suffix(below).unwrap_or(whole) };
    base.trim_end_matches('/').to_owned()
}
