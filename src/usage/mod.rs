//! Usage: when each token was used last, from where, by what, and how often.
//!
//! A [`UsageRecorder`] hears from verifiers which tokens are used ([`crate::observer`]), and writes it to a store in the
//! background. A request waits for none of it.
//!
//! ```
//! use std::sync::Arc;
//! use tower_pat::store::MemoryStore;
//! use tower_pat::usage::UsageRecorder;
//! use tower_pat::{PatVerifier, TokenFormat};
//!
//! # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let store = Arc::new(MemoryStore::new());
//! let recorder = UsageRecorder::start(store.clone());
//! let verifier = PatVerifier::builder(TokenFormat::new("acme_pat")?, store)
//!     .with_observer(Arc::new(recorder.clone()))
//!     .build();
//! // … the service serves, and when it is to end:
//! recorder.shutdown().await;
//! # Ok(()) }
//! ```
//!
//! # Rules
//!
//! 1. The first use of a token is written within about a second. After that the token is written at most once a minute
//!    ([`with_interval`](UsageRecorderBuilder::with_interval)), if it was used meanwhile: the number of uses, and the instant
//!    of the last one. At a shutdown what is left is written at once.
//! 2. The address and the name of the client are those of one use in that time, mostly the first: the request that
//!    makes an entry due is looked at, and no other.
//! 3. Up to 500 tokens are written by one call to the [sink](UsageSink). A call that fails, panics or does not end in time is
//!    made again after a second, then after two, up to a minute. What the sink had written by then is counted twice: it
//!    should write all of a call or nothing.
//! 4. In memory there are entries of 10,000 tokens at most ([`with_capacity`](UsageRecorderBuilder::with_capacity)); uses of
//!    one token share one entry, however long the sink fails. Where there is no room, uses are lost.
//! 5. Whatever is lost is counted ([`Statistics::lost`]) and logged, as [`pat.usage`](crate#what-is-logged).
//!
//! The uses that were heard of are written, lost, or [wait](Statistics::waiting). Those that a verifier still holds back are
//! taken when they are written, and at the shutdown. What was never told, since the cache dropped a token for which there was no
//! entry, is counted by the verifier
//! ([`uses_forgotten`](crate::verifier::Statistics::uses_forgotten)): without losses here that is zero.
//!
//! # What is measured
//!
//! [`UsageRecorder::statistics`] gives a snapshot. With the feature `metrics` the same goes to the recorder of the
//! [`metrics`](https://docs.rs/metrics) facade, at once and without labels:
//!
//! | name | type | unit | says |
//! |---|---|---|---|
//! | `pat_usage_written_total` | counter | uses | [`written`](Statistics::written) |
//! | `pat_usage_lost_total` | counter | uses | [`lost`](Statistics::lost) |
//! | `pat_usage_writes_total` | counter | calls | [`writes`](Statistics::writes) |
//! | `pat_usage_failures_total` | counter | calls | [`failures`](Statistics::failures) |

mod batch;
mod builder;
mod counts;
mod entries;
mod recorder;
mod shared;
mod sink;
mod statistics;
mod writer;

pub use builder::UsageRecorderBuilder;
pub use recorder::UsageRecorder;
pub use sink::UsageSink;
pub use statistics::Statistics;
