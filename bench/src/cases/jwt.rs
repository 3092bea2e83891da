use std::error::Error;
use std::sync::Arc;

use axum::Router;
use axum::extract::{Request, State};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation, decode, encode};
use jwt_compact::alg::{Hs256, Hs256Key};
use jwt_compact::{AlgorithmExt, TimeOptions, UntrustedToken};
use serde::{Deserialize, Serialize};

use super::from_fn::bearer;
use super::{Case, bare_router};
use crate::traffic::Traffic;

const SECRET: &[u8] = b"a secret of thirty-two bytes, ok";
/// In the year 2100.
const EXPIRY: u64 = 4_102_444_800;
/// The first pair of RFC 8032, section 7.1: known to everybody, fit for measurements alone.
const ED25519_SECRET: &str = "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60";
const ED25519_PUBLIC: &str = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a";
/// What stands before 32 bytes of an Ed25519 secret in PKCS #8.
const PKCS8: &str = "302e020100300506032b657004220420";

/// Shared, since an extension is cloned.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Claims {
    sub: String,
    scope: String,
    exp: u64,
}

/// The same claims, for the library that checks the expiry of its own accord.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Rest {
    sub: String,
    scope: String,
}

/// Libraries for signed tokens, by `from_fn`: they need no store, and nothing can be revoked.
pub(super) fn cases() -> Result<[Case; 3], Box<dyn Error>> {
    let hs256 = signed(Algorithm::HS256, &EncodingKey::from_secret(SECRET))?;
    let secret = EncodingKey::from_ed_der(&bytes(&format!("{PKCS8}{ED25519_SECRET}")));
    let eddsa = signed(Algorithm::EdDSA, &secret)?;
    let keys = |algorithm, key| Arc::new((key, Validation::new(algorithm)));
    let shared = keys(Algorithm::HS256, DecodingKey::from_secret(SECRET));
    let public = keys(Algorithm::EdDSA, DecodingKey::from_ed_der(&bytes(ED25519_PUBLIC)));
    let compact = from_fn_with_state(Arc::new(Hs256Key::new(SECRET)), by_jwt_compact);
    let compact = bare_router().layer(compact).with_state(());
    Ok([
        Case::new("jwt_hs256", "JWT HS256, `jsonwebtoken`", hs256.clone(), by_keys(shared)).in_batches_of(300),
        Case::new("jwt_hs256_compact", "JWT HS256, `jwt-compact`", hs256, compact).in_batches_of(300),
        Case::new("jwt_eddsa", "JWT EdDSA, `jsonwebtoken`", eddsa, by_keys(public)).in_batches_of(30),
    ])
}

fn by_keys(keys: Arc<(DecodingKey, Validation)>) -> Router {
    bare_router().layer(from_fn_with_state(keys, by_jsonwebtoken)).with_state(())
}

fn signed(algorithm: Algorithm, key: &EncodingKey) -> Result<Traffic, Box<dyn Error>> {
    let claims = Claims { sub: "alice".to_owned(), scope: "invoices:read".to_owned(), exp: EXPIRY };
    let token = encode(&Header::new(algorithm), &claims, key)?;
    Ok(Traffic::Hot(crate::fixture::bearer(&token)))
}

async fn by_jsonwebtoken(
    State(keys): State<Arc<(DecodingKey, Validation)>>,
    mut request: Request,
    next: Next,
) -> Response {
    let decoded = bearer(request.headers()).and_then(|token| decode::<Claims>(token, &keys.0, &keys.1).ok());
    let Some(decoded) = decoded else {
        return StatusCode::UNAUTHORIZED.into_response();
    };
    request.extensions_mut().insert(Arc::new(decoded.claims));
    next.run(request).await
}

async fn by_jwt_compact(State(key): State<Arc<Hs256Key>>, mut request: Request, next: Next) -> Response {
    let verified = bearer(request.headers()).and_then(|token| {
        let untrusted = UntrustedToken::new(token).ok()?;
        let (_, claims) = Hs256.validator::<Rest>(&key).validate(&untrusted).ok()?.into_parts();
        claims.validate_expiration(&TimeOptions::default()).ok()?;
        Some(claims.custom)
    });
    let Some(claims) = verified else {
        return StatusCode::UNAUTHORIZED.into_response();
    };
    request.extensions_mut().insert(Arc::new(claims));
    next.run(request).await
}

fn bytes(hex: &str) -> Vec<u8> {
    let digit = |place: usize| u8::from_str_radix(&hex[place..place + 2], 16).expect("the constants are hexadecimal");
    (0..hex.len()).step_by(2).map(digit).collect()
}
