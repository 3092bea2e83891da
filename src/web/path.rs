use axum::extract::{FromRequestParts, Path};
use http::request::Parts;
use serde::Deserialize;
use utoipa::IntoParams;

use super::problem::Problem;
use crate::record::TokenId;

/// The token that a path names. What cannot be the name of a token is not there.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Path)]
pub(super) struct TokenPath {
    /// The identifier of the token.
    #[param(value_type = String, format = "uuid", example = "01978a4e-7a3c-7d51-8d0a-3f5e1f0c9b2a")]
    pub(super) id: TokenId,
}

#[derive(Deserialize)]
struct Named {
    id: String,
}

impl<S: Send + Sync> FromRequestParts<S> for TokenPath {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let named = Path::<Named>::from_request_parts(parts, state).await.ok();
        let id = named.and_then(|Path(Named { id })| id.parse().ok());
        id.map(|id| Self { id }).ok_or_else(Problem::not_found)
    }
}
