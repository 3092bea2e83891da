use std::error::Error;
use std::sync::Arc;
use std::time::Duration;

use tokio::task::JoinSet;
use tower_pat::PatManager;
use tower_pat::manager::{ManageError, NewPat};
use tower_pat::record::{OwnerId, TokenName};
use tower_pat::store::PatStore;

use super::per_second;
use crate::clock::Stopwatch;
use crate::fixture;

/// For so long tokens are made.
const LASTS: Duration = Duration::from_secs(5);

/// How many tokens are made in a second by so many callers, each for an owner of its own.
pub(super) async fn a_second(store: Arc<dyn PatStore>, callers: usize) -> Result<f64, Box<dyn Error>> {
    let manager = PatManager::new(fixture::format(), store, fixture::catalog());
    let mut making = JoinSet::new();
    let started = Stopwatch::start();
    for number in 0..callers {
        let (manager, owner) = (manager.clone(), OwnerId::parse(&format!("caller {number}"))?);
        let wanted = NewPat::new(TokenName::parse("bench")?).with_scopes(fixture::scopes());
        making.spawn(async move {
            let mut count = 0;
            while started.elapsed() < LASTS {
                manager.create(&owner, wanted.clone()).await?;
                count += 1;
            }
            Ok::<usize, ManageError>(count)
        });
    }
    let mut sum = 0;
    while let Some(made) = making.join_next().await {
        sum += made??;
    }
    Ok(per_second(sum, started.nanos()))
}
