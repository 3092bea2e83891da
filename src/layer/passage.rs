use http::header::USER_AGENT;
use http::{HeaderValue, Request};

use super::settings::Options;
use crate::denial::{Denial, InvalidRequest};
use crate::principal::PatPrincipal;
use crate::verifier::{Check, Loading, VerifyContext};

/// What becomes of a request, as far as that can be said at once.
pub(super) enum Passage {
    Free(Option<PatPrincipal>),
    Waiting(Loading),
    Denied(Denial),
}

impl Options {
    /// What is known of a request beside its token.
    pub(super) fn context<B>(&self, request: &Request<B>) -> VerifyContext {
        let mut context = VerifyContext::default();
        if let Some(audience) = &self.audience {
            context = context.with_audience(audience.clone());
        }
        let client = self.client.as_ref();
        if let Some(addr) = client.and_then(|client| client.client_addr(request.headers(), request.extensions())) {
            context = context.with_client_addr(addr);
        }
        context
    }

    pub(super) fn passage<B>(&self, request: &Request<B>, context: &VerifyContext) -> Passage {
        match self.check(request, context) {
            Ok(Some(Check::Decided(Ok(principal)))) => Passage::Free(Some(principal)),
            Ok(Some(Check::Decided(Err(denial)))) => Passage::Denied(denial),
            Ok(Some(Check::Undecided(loading))) => Passage::Waiting(loading),
            Ok(None) if self.anonymous => Passage::Free(None),
            Ok(None) => Passage::Denied(Denial::MissingCredential),
            Err(invalid) => Passage::Denied(Denial::InvalidRequest(invalid)),
        }
    }

    /// Exactly one token is checked; a request with two is refused, wherever they stand.
    fn check<B>(&self, request: &Request<B>, context: &VerifyContext) -> Result<Option<Check>, InvalidRequest> {
        let in_headers = self.sources.read(request.headers())?;
        let in_query = self.query.as_ref().map(|query| query.read(request.uri())).transpose()?.flatten();
        if in_headers.is_some() && in_query.is_some() {
            return Err(InvalidRequest::SeveralCredentials);
        }
        let agent = || request.headers().get(USER_AGENT).map(HeaderValue::as_bytes);
        Ok(in_headers.or(in_query).map(|token| self.verifier.check(token.as_ref(), context, agent)))
    }

    /// Whether a token may stand where caches do not know that it does: they keep no response to a request with
    /// `Authorization` (RFC 9111, section 3.5), but know nothing of other headers and of a query (RFC 6750, section 2.3).
    pub(super) fn is_read_beside_authorization(&self) -> bool {
        self.query.is_some() || self.sources.has_headers()
    }

    /// Hides the token in a request that is to be passed on.
    pub(super) fn hide<B>(&self, request: &mut Request<B>) {
        if let Some(query) = &self.query {
            query.remove(request.uri_mut());
        }
        if self.removes {
            self.sources.remove(request.headers_mut());
        }
        self.sources.mark_sensitive(request.headers_mut());
    }
}
