//! What people see: how they sign in, and the page on which they manage their tokens.

use axum::Router;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::response::{Html, IntoResponse, Redirect, Response};
use tower_pat::PatManager;
use tower_pat::guard::Public;
use tower_pat::record::OwnerId;
use tower_pat::web::{self, TokenOwner};
use tower_sessions::Session;

use super::problem::Problem;
use super::tokens::OWNER;

/// Where people manage their tokens.
pub(crate) const PAGE: &str = "/settings/tokens";

/// The person who is signed in; whoever is not is sent to sign in. `admin` is an administrator.
pub(crate) struct User(OwnerId);

impl<S: Send + Sync> FromRequestParts<S> for User {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Response> {
        let session = Session::from_request_parts(parts, state).await.map_err(IntoResponse::into_response)?;
        let owner: Option<String> =
            session.get(OWNER).await.map_err(|error| Problem::internal(error).into_response())?;
        let owner = owner.and_then(|owner| OwnerId::parse(&owner).ok());
        owner.map(Self).ok_or_else(|| Redirect::to("/login").into_response())
    }
}

impl TokenOwner for User {
    fn owner(&self) -> OwnerId {
        self.0.clone()
    }

    fn is_administrator(&self) -> bool {
        self.0.as_str() == "admin"
    }
}

pub(crate) fn page(manager: PatManager) -> Router {
    web::page::<User>(manager).with_title("tower-pat demo").router()
}

/// A form to sign in with.
#[utoipa::path(get, path = "/login", responses((status = 200, description = "Here it is.", content_type = "text/html")))]
pub(crate) async fn sign_in(_: Public) -> Html<&'static str> {
    Html(FORM)
}

const FORM: &str = r#"<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Sign in</title>
<link rel="icon" href="data:,">
<style>body { max-width: 30rem; margin: 4rem auto; padding: 0 1rem; font: 1rem/1.6 system-ui, sans-serif }</style>
<main>
<h1>Sign in</h1>
<form method="post" action="/login">
<p><label for="user">Who are you? Any name will do; <code>admin</code> is an administrator.</label></p>
<p><input id="user" name="user" required autofocus autocomplete="username"></p>
<input type="hidden" name="then" value="/settings/tokens">
<p><button>Sign in</button></p>
</form>
</main>
</html>
"#;
