use std::sync::Arc;

use http::HeaderValue;

use crate::fixture::{self, Pool};
use crate::random::Seeded;
use crate::zipf::Zipf;

/// Which tokens the requests of a case bear.
#[derive(Debug, Clone)]
pub(crate) enum Traffic {
    /// The same in each request.
    Hot(HeaderValue),
    /// Each of a pool as often as the others.
    Uniform(Arc<Pool>),
    /// Few of a pool very often, most of it hardly ever.
    Zipf(Arc<Pool>, Arc<Zipf>),
    /// A new one in each request, well formed and unknown.
    Fresh,
}

impl Traffic {
    /// The headers of so many requests. They are made shortly before, as if they had just been read from a connection.
    pub(crate) fn headers(&self, requests: usize, random: &Seeded) -> Vec<HeaderValue> {
        match self {
            Self::Hot(header) => vec![header.clone(); requests],
            Self::Uniform(pool) => (0..requests).map(|_| pool.header(random.below(pool.len()))).collect(),
            Self::Zipf(pool, zipf) => (0..requests).map(|_| pool.header(pool.scattered(zipf.draw(random)))).collect(),
            Self::Fresh => (0..requests).map(|_| fixture::bearer(&fixture::token(random))).collect(),
        }
    }

    /// Whether all requests bear one header, so that what they are compared with does too.
    pub(crate) fn is_hot(&self) -> bool {
        matches!(self, Self::Hot(_))
    }
}
