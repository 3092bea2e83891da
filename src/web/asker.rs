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
use crate::record::OwnerId;

/// Who asks: a token, or a person. What a token is found by, decides.
#[derive(Debug, Clone)]
pub(super) enum Asker {
    Token(Bearer),
    Person(Person),
}

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

    pub(super) fn actor(&self) -> Actor {
        Actor::token(self.principal.token_id()).with_address(self.address)
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

/// The extractor of who asks, by that of the host. A request that has passed no layer which looks for tokens is refused: a
/// token in it would go unseen.
pub(super) struct Asked<O>(pub(super) Asker, PhantomData<O>);

impl<S, O> FromRequestParts<S> for Asked<O>
where
    S: Send + Sync,
    O: TokenOwner + FromRequestParts<S>,
{
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Response> {
        let asker = match caller(&parts.extensions).cloned() {
            Ok(principal) => {
                let address = desk(parts)?.client(parts);
                Asker::Token(Bearer { principal, address })
            }
            Err(Denial::MissingCredential) => Asker::Person(signed_in::<O, S>(parts, state).await?),
            Err(denial) => return Err(denial.into_response()),
        };
        Ok(Self(asker, PhantomData))
    }
}

/// The extractor of a person, by that of the host. A token is refused.
pub(super) struct SignedIn<O>(pub(super) Person, PhantomData<O>);

impl<S, O> FromRequestParts<S> for SignedIn<O>
where
    S: Send + Sync,
    O: TokenOwner + FromRequestParts<S>,
{
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Response> {
        match Asked::<O>::from_request_parts(parts, state).await? {
            Asked(Asker::Person(person), _) => Ok(Self(person, PhantomData)),
            Asked(Asker::Token(_), _) => Err(Problem::not_for_tokens().into_response()),
        }
    }
}

async fn signed_in<O, S>(parts: &mut Parts, state: &S) -> Result<Person, Response>
where
    S: Send + Sync,
    O: TokenOwner + FromRequestParts<S>,
{
    let who = O::from_request_parts(parts, state).await.map_err(IntoResponse::into_response)?;
    let address = desk(parts)?.client(parts);
    Ok(Person::new(&who, address))
}

fn desk(parts: &Parts) -> Result<&Desk, Response> {
    parts.extensions.get().ok_or_else(|| Problem::internal("a handler of the web wing has no desk").into_response())
}
