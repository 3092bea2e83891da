use std::collections::HashMap;
use std::convert::Infallible;
use std::sync::Arc;

use axum::Extension;
use axum::extract::FromRequestParts;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use http::header::{CACHE_CONTROL, CONTENT_TYPE};
use http::request::Parts;
use sha2::{Digest, Sha256};

use super::failure::nothing_here;
use super::house::House;
use super::visit::{Stranger, parameter};

/// What the page is made of beside HTML. A name has a digest of the content in it, so that a browser may keep it for ever.
#[derive(Debug, Clone)]
pub(super) struct Assets {
    pub(super) style: String,
    pub(super) script: String,
    pub(super) icon: String,
    pub(super) logo: Option<String>,
    files: HashMap<String, (&'static str, Bytes)>,
}

impl Assets {
    /// `colors` is CSS that goes before the rest.
    pub(super) fn new(colors: &str, logo: Option<(&'static str, Bytes)>) -> Self {
        let mut files = HashMap::new();
        let mut add = |stem: &str, end: &str, kind: &'static str, content: Bytes| {
            let digest = Sha256::digest(&content);
            let name = format!("{stem}-{:016x}.{end}", u64::from_be_bytes(*digest.first_chunk().expect("32 bytes")));
            files.insert(name.clone(), (kind, content));
            name
        };
        let style = format!("{colors}{}", include_str!("assets/page.css"));
        let style = add("page", "css", "text/css; charset=utf-8", style.into());
        let script = include_str!("assets/page.js").into();
        let script = add("page", "js", "text/javascript; charset=utf-8", script);
        let icon = add("icon", "svg", "image/svg+xml", include_str!("assets/icon.svg").into());
        let logo = logo.map(|(kind, content)| {
            let end = if kind == "image/png" { "png" } else { "svg" };
            add("logo", end, kind, content)
        });
        Self { style, script, icon, logo, files }
    }
}

pub(super) async fn asset(Extension(house): Extension<Arc<House>>, Named(name): Named, stranger: Stranger) -> Response {
    let Some((kind, content)) = name.and_then(|name| house.assets().files.get(&name).cloned()) else {
        return nothing_here(stranger).await;
    };
    let headers = [(CONTENT_TYPE, kind), (CACHE_CONTROL, "public, max-age=31536000, immutable")];
    (headers, content).into_response()
}

/// The name of the asset in the path.
pub(super) struct Named(Option<String>);

impl<S: Send + Sync> FromRequestParts<S> for Named {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Infallible> {
        Ok(Self(parameter(parts, state, "name").await))
    }
}
