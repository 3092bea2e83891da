use axum::extract::FromRequestParts;
use http::request::Parts;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::document::refusal;
use crate::web::problem::{Place, Problem};

/// The parameters of a query, each of them a text. An unknown one is refused, and one that is there twice.
pub(in crate::web) struct Query<T>(pub(in crate::web) T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequestParts<S> for Query<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let mut texts = Map::new();
        for (name, value) in form_urlencoded::parse(parts.uri.query().unwrap_or_default().as_bytes()) {
            if texts.insert(name.clone().into_owned(), Value::String(value.into_owned())).is_some() {
                return Err(Problem::invalid(Place::Elsewhere, plain(&name), "this is there twice"));
            }
        }
        let read = serde_path_to_error::deserialize(Value::Object(texts));
        read.map(Self).map_err(|error| {
            let path = error.path().iter().next().map(ToString::to_string);
            refusal(path, error.inner(), Place::Elsewhere)
        })
    }
}

/// Parameters are named by us, or not at all.
fn plain(name: &str) -> &str {
    if name.len() <= 20 && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_') { name } else { "query" }
}
