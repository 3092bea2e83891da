use http::header::{Entry, HeaderName};
use http::{HeaderMap, HeaderValue, Request, Response};
use jiff::Timestamp;

use crate::caller::{self, AcceptedScopes};
use crate::principal::PatPrincipal;
use crate::scope::ScopeSet;

const HELD: HeaderName = HeaderName::from_static("x-oauth-scopes");
const ACCEPTED: HeaderName = HeaderName::from_static("x-accepted-oauth-scopes");
const EXPIRY: HeaderName = HeaderName::from_static("x-token-expires-at");

/// Left in a response whose client has been told.
#[derive(Debug, Clone, Copy)]
struct Told;

/// What a client is told about its token.
#[derive(Debug)]
pub(super) struct Informed {
    held: HeaderValue,
    ends_at: Option<Timestamp>,
    accepted: AcceptedScopes,
}

impl Informed {
    /// Leaves a place in the request where guards note what they accept.
    pub(super) fn of<B>(principal: &PatPrincipal, request: &mut Request<B>) -> Self {
        let accepted = caller::ask_accepted(request.extensions_mut());
        Self { held: list(principal.scopes()), ends_at: principal.record().ends_at(), accepted }
    }

    /// What a route accepts, as far as its guards have noted it.
    pub(super) fn accepted(&self) -> ScopeSet {
        self.accepted.noted()
    }

    /// What the inner service itself has said stays; and so does what a layer inside has told, of another token.
    pub(super) fn tell<B>(&self, response: &mut Response<B>, accepted: &ScopeSet) {
        if response.extensions_mut().insert(Told).is_some() {
            return;
        }
        let headers = response.headers_mut();
        set(headers, HELD, self.held.clone());
        set(headers, ACCEPTED, list(accepted));
        if let Some(end) = self.ends_at {
            set(headers, EXPIRY, text(&end.to_string()));
        }
    }
}

fn set(headers: &mut HeaderMap, name: HeaderName, value: HeaderValue) {
    if let Entry::Vacant(place) = headers.entry(name) {
        place.insert(value);
    }
}

fn list(scopes: &ScopeSet) -> HeaderValue {
    let scopes: Vec<_> = scopes.iter().map(AsRef::as_ref).collect();
    text(&scopes.join(", "))
}

fn text(value: &str) -> HeaderValue {
    HeaderValue::from_str(value).expect("scopes and instants are printable ASCII")
}
