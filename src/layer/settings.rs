use std::sync::Arc;

use http::Response;

use crate::client::ClientAddrSource;
use crate::credential::{CredentialSources, QueryParameter};
use crate::denial::Denial;
use crate::record::Audience;
use crate::response::{Asked, Manner, Responder, say};
use crate::verifier::PatVerifier;

/// What the layer gives to its services and they to their futures.
pub(super) struct Settings<R> {
    pub(super) options: Options,
    pub(super) responder: Arc<R>,
}

#[derive(Debug, Clone)]
pub(super) struct Options {
    pub(super) verifier: PatVerifier,
    pub(super) sources: CredentialSources,
    pub(super) query: Option<QueryParameter>,
    pub(super) client: Option<Arc<dyn ClientAddrSource>>,
    pub(super) audience: Option<Audience>,
    pub(super) manner: Manner,
    pub(super) anonymous: bool,
    /// Takes the token out of the request that the inner service sees.
    pub(super) removes: bool,
    /// Tells clients about their tokens.
    pub(super) informs: bool,
}

impl<R> Settings<R> {
    pub(super) fn deny<B>(&self, denial: &Denial, asked: Asked) -> Response<B>
    where
        R: Responder<B>,
    {
        say(denial, &self.options.manner, asked, &*self.responder)
    }
}

/// A responder need not be clonable.
impl<R> Clone for Settings<R> {
    fn clone(&self) -> Self {
        Self { options: self.options.clone(), responder: Arc::clone(&self.responder) }
    }
}
