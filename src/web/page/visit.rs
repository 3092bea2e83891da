use std::collections::HashMap;
use std::convert::Infallible;
use std::marker::PhantomData;
use std::net::IpAddr;
use std::sync::Arc;

use axum::extract::{FromRequestParts, OriginalUri, Path};
use axum::response::{IntoResponse, Redirect, Response};
use http::HeaderMap;
use http::header::ACCEPT_LANGUAGE;
use http::request::Parts;
use jiff::Timestamp;

use super::base::base;
use super::failure::failure;
use super::form::Fields;
use super::house::House;
use super::view::Frame;
use crate::caller::caller;
use crate::manager::{Actor, PatManager};
use crate::record::{OwnerId, TokenId};
use crate::store::StoredPat;
use crate::web::asker::{Person, SignedIn};
use crate::web::desk::Desk;
use crate::web::owner::TokenOwner;
use crate::web::problem::{Problem, ProblemKind};

/// Somebody who looks at the page, before it is known who.
#[derive(Debug, Clone)]
pub(super) struct Stranger(pub(super) Arc<Frame>);

impl<S: Sync> FromRequestParts<S> for Stranger {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self(Arc::new(frame(parts, None))))
    }
}

/// A person who looks at the page, and at what.
#[derive(Debug)]
pub(super) struct Visitor {
    pub(super) frame: Frame,
    pub(super) person: Person,
    pub(super) query: Fields,
    pub(super) host: Option<String>,
    id: Option<String>,
    address: Option<IpAddr>,
    desk: Desk,
}

impl Visitor {
    pub(super) fn manager(&self) -> &PatManager {
        self.desk.manager()
    }

    pub(super) fn desk(&self) -> &Desk {
        &self.desk
    }

    pub(super) fn now(&self) -> Timestamp {
        self.manager().now()
    }

    /// The token that the path names, if they may see it.
    pub(super) async fn token(&self) -> Result<StoredPat, Problem> {
        let id = self.id.as_deref().and_then(|id| id.parse().ok()).ok_or_else(Problem::not_found)?;
        Ok(self.manager().get(self.person.any_actor(), id).await?)
    }

    /// The token that the path names, if it is their own: what belongs to others is looked at and stopped, not changed.
    pub(super) async fn own_token(&self) -> Result<StoredPat, Problem> {
        let stored = self.token().await?;
        if !self.owns(&stored) {
            return Err(Problem::new(ProblemKind::Forbidden, "the token is another person's"));
        }
        Ok(stored)
    }

    pub(super) fn owns(&self, stored: &StoredPat) -> bool {
        stored.record().owner() == self.person.owner()
    }

    /// From where they ask, if that is known.
    pub(super) fn address(&self) -> Option<IpAddr> {
        self.address
    }

    /// Whether they have signed in recently enough to make a token.
    pub(super) fn is_recent(&self) -> bool {
        self.manager().policy().is_recent(self.person.actor().login(), self.now())
    }

    pub(super) fn actor_for(&self, owner: &OwnerId) -> Actor {
        self.person.actor_for(owner)
    }

    /// Leads to the token to which something was done, where that is said.
    pub(super) fn done(&self, id: TokenId) -> Response {
        Redirect::to(&format!("{}?done", self.frame.href(&format!("/{id}")))).into_response()
    }

    /// What was found, or a page that says what is wrong.
    pub(super) fn answer(&self, outcome: Result<Response, Problem>) -> Response {
        outcome.unwrap_or_else(|problem| failure(&self.frame, &problem))
    }
}

/// The extractor of a person who looks at the page, by that of the host, whose rejection is answered as it is.
pub(super) struct Visit<O>(pub(super) Visitor, pub(super) PhantomData<fn() -> O>);

impl<S, O> FromRequestParts<S> for Visit<O>
where
    S: Send + Sync,
    O: TokenOwner + FromRequestParts<S>,
{
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Response> {
        if caller(&parts.extensions).is_ok() {
            return Err(failure(&frame(parts, None), &Problem::not_for_tokens()));
        }
        let person = SignedIn::<O>::from_request_parts(parts, state).await?.0;
        let desk = parts.extensions.get::<Desk>().expect("the router gives every request a desk").clone();
        let host = parts.uri.host().or_else(|| text(&parts.headers, http::header::HOST)).map(str::to_owned);
        let query = Fields::parse(parts.uri.query().unwrap_or_default().as_bytes());
        let (frame, address) = (frame(parts, Some(&person)), desk.client(parts));
        let id = parameter(parts, state, "id").await;
        Ok(Self(Visitor { frame, person, query, host, id, address, desk }, PhantomData))
    }
}

/// A parameter of the path, among those that the host's own path may have.
pub(super) async fn parameter<S: Send + Sync>(parts: &mut Parts, state: &S, name: &str) -> Option<String> {
    let Path(mut parameters) = Path::<HashMap<String, String>>::from_request_parts(parts, state).await.ok()?;
    parameters.remove(name)
}

fn frame(parts: &Parts, person: Option<&Person>) -> Frame {
    let house = parts.extensions.get::<Arc<House>>().expect("the router gives every request its settings");
    let wanted = text(&parts.headers, ACCEPT_LANGUAGE).unwrap_or_default();
    let whole = parts.extensions.get::<OriginalUri>().map_or(&parts.uri, |OriginalUri(uri)| uri);
    Frame::new(house, wanted, base(parts)).with_path(whole.path()).with_person(person)
}

fn text(headers: &HeaderMap, name: http::HeaderName) -> Option<&str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}
