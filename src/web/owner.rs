use jiff::Timestamp;

use crate::record::OwnerId;

/// Who is signed in, as the host knows it: for the type of the host's own extractor.
///
/// A person who is not signed in is the extractor's rejection, which is answered as it is: an API says 401, a page
/// redirects to where people sign in. So any library for sessions or single sign-on will do:
///
/// ```
/// use axum::extract::FromRequestParts;
/// use axum::response::{IntoResponse, Redirect, Response};
/// use http::request::Parts;
/// use jiff::Timestamp;
/// use tower_pat::record::OwnerId;
/// use tower_pat::web::TokenOwner;
///
/// # #[derive(Clone)] struct Session { user: OwnerId, name: String, signed_in_at: Timestamp }
/// /// Whoever is signed in.
/// struct User(Session);
///
/// impl<S: Sync> FromRequestParts<S> for User {
///     type Rejection = Response;
///
///     async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Response> {
///         let session = parts.extensions.get::<Session>().cloned();
///         session.map(Self).ok_or_else(|| Redirect::to("/login").into_response())
///     }
/// }
///
/// impl TokenOwner for User {
///     fn owner(&self) -> OwnerId {
///         self.0.user.clone()
///     }
///
///     fn display_name(&self) -> String {
///         self.0.name.clone()
///     }
///
///     fn last_login(&self) -> Option<Timestamp> {
///         Some(self.0.signed_in_at)
///     }
/// }
/// ```
pub trait TokenOwner: Send {
    /// To whom their tokens belong.
    fn owner(&self) -> OwnerId;

    /// How a page calls them; the identifier of the owner unless it is said.
    fn display_name(&self) -> String {
        self.owner().to_string()
    }

    /// Whether they may see and stop the tokens of others. No, unless it is said.
    fn is_administrator(&self) -> bool {
        false
    }

    /// When they signed in by themselves, for a policy that asks how long ago that was
    /// ([`with_max_login_age`](crate::policy::Policy::with_max_login_age)). Not when a session was renewed. Not known, unless
    /// it is said.
    fn last_login(&self) -> Option<Timestamp> {
        None
    }
}
