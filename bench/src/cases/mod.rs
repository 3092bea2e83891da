//! What is compared: one file for each sort of layer.

mod bare;
mod case;
mod from_fn;
mod jwt;
mod ours;
mod plain_map;
mod sqlite;
mod tower_http;

use std::error::Error;
use std::sync::Arc;

use tokio::runtime::Runtime;

pub(crate) use bare::router as bare_router;
pub(crate) use case::Case;
pub(crate) use from_fn::with_moka;
pub(crate) use ours::{layered, protected, recorded, warmed};
pub(crate) use plain_map::PlainMap;

use crate::fixture::Pool;
use crate::random::Seeded;
use crate::traffic::Traffic;
use crate::zipf::Zipf;

/// The tokens that all cases share.
#[derive(Debug)]
pub(crate) struct Tokens {
    pub(crate) hot: String,
    pub(crate) uniform: Arc<Pool>,
    pub(crate) many: Arc<Pool>,
    pub(crate) zipf: Arc<Zipf>,
}

impl Tokens {
    pub(crate) fn new() -> Self {
        let random = Seeded::new(1);
        let many = 1_000_000;
        Self {
            hot: crate::fixture::token(&random),
            uniform: Arc::new(Pool::new(10_000, &random)),
            many: Arc::new(Pool::new(many, &random)),
            zipf: Arc::new(Zipf::new(many)),
        }
    }

    fn hot(&self) -> Traffic {
        Traffic::Hot(crate::fixture::bearer(&self.hot))
    }

    fn uniform(&self) -> Traffic {
        Traffic::Uniform(Arc::clone(&self.uniform))
    }

    fn zipf(&self) -> Traffic {
        Traffic::Zipf(Arc::clone(&self.many), Arc::clone(&self.zipf))
    }
}

/// All cases, in the order of the table.
pub(crate) fn all(tokens: &Tokens, runtime: &Runtime) -> Result<Vec<Case>, Box<dyn Error>> {
    let mut cases = bare::cases(tokens);
    cases.extend(tower_http::cases(tokens));
    cases.extend(from_fn::cases(tokens, runtime));
    cases.extend(jwt::cases()?);
    cases.push(sqlite::case(runtime)?);
    cases.extend(plain_map::cases(tokens));
    cases.extend(ours::cases(tokens, runtime));
    Ok(cases)
}
