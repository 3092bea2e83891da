use std::marker::PhantomData;
use std::net::IpAddr;

use axum::extract::FromRequestParts;
use axum::response::{IntoResponse, Response};
use http::request::Parts;
use jiff::Timestamp;

use super::desk::Desk;
use super::owner::TokenOwner;
use super::problem::Problem;
use crate::caller::caller;
use crate::denial::Denial;
use crate::manager::Actor;
use crate::principal::PatPrincipal;
use crate::record::{OwnerId, TokenId};

/// A token that asks about itself.
#[derive(Debug, Clone)]
pub(super) struct Bearer {
    principal: PatPrincipal,
    address: Option<IpAddr>,
}

impl Bearer {
    pub(super) fn principal(&self) -> &PatPrincipal {
        &self.principal
    }

    pub(super) fn id(&self) -> TokenId {
        self.principal.token_id()
    }

    pub(super) fn actor(&self) -> Actor {
        self.actor_as(self.id())
    }

    /// Another token that asks from the same place.
    pub(super) fn actor_as(&self, id: TokenId) -> Actor {
        Actor::token(id).with_address(self.address)
    }
}

/// The extractor of a token that asks about itself; without one the request is denied, whoever is signed in.
impl<S: Send + Sync> FromRequestParts<S> for Bearer {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Response> {
        let principal = caller(&parts.extensions).cloned().map_err(IntoResponse::into_response)?;
        let address = desk(parts).map_err(IntoResponse::into_response)?.client(parts);
        Ok(Self { principal, address })
    }
}

/// Somebody who is signed in.
#[derive(Debug, Clone)]
pub(super) struct Person {
    owner: OwnerId,
    name: String,
    is_administrator: bool,
    login: Option<Timestamp>,
    address: Option<IpAddr>,
}

impl Person {
    fn new(who: &impl TokenOwner, address: Option<IpAddr>) -> Self {
        let (owner, name) = (who.owner(), who.display_name());
        Self { owner, name, is_administrator: who.is_administrator(), login: who.last_login(), address }
    }

    pub(super) fn owner(&self) -> &OwnerId {
        &self.owner
    }

    /// How a page calls them.
    pub(super) fn name(&self) -> &str {
        &self.name
    }

    pub(super) fn is_administrator(&self) -> bool {
        self.is_administrator
    }

    /// Them, as the owner of their own tokens; administrators too.
    pub(super) fn actor(&self) -> Actor {
        Actor::owner(self.owner.clone()).with_address(self.address).with_login(self.login)
    }

    /// Them, where the tokens of an owner are concerned: an administrator, if these are not their own.
    pub(super) fn actor_for(&self, owner: &OwnerId) -> Actor {
        if !self.is_administrator || *owner == self.owner {
            return self.actor();
        }
        self.administrator()
    }

    /// Them, if they may see the tokens of all.
    pub(super) fn any_actor(&self) -> Actor {
        if self.is_administrator { self.administrator() } else { self.actor() }
    }

    fn administrator(&self) -> Actor {
        Actor::administrator(self.owner.clone()).with_address(self.address).with_login(self.login)
    }
}

/// The extractor of a person, by that of the host. A token is refused, and so is a request that has passed no layer which
/// looks for tokens: one in it would go unseen.
pub(super) struct SignedIn<O>(pub(super) Person, pub(super) PhantomData<fn() -> O>);

impl<S, O> FromRequestParts<S> for SignedIn<O>
where
    S: Send + Sync,
    O: TokenOwner + FromRequestParts<S>,
{
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Response> {
        match caller(&parts.extensions) {
            Ok(_) => return Err(Problem::not_for_tokens().into_response()),
            Err(Denial::MissingCredential) => {}
            Err(denial) => return Err(denial.into_response()),
        }
        let who = O::from_request_parts(parts, state).await.map_err(IntoResponse::into_response)?;
        let address = desk(parts).map_err(IntoResponse::into_response)?.client(parts);
        Ok(Self(Person::new(&who, address), PhantomData))
    }
}

fn desk(parts: &Parts) -> Result<&Desk, Problem> {
    parts.extensions.get().ok_or_else(|| Problem::internal("a handler of the web wing has no desk"))
}
