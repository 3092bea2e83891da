//! Every way to say who may call a handler.

use axum::extract::{Path, State};
use tower_pat::guard::demand::{Text, word};
use tower_pat::guard::{AnyToken, Public, Require};
use tower_pat::require_scope;
use tower_pat::requirement::{Access, Requirement};
use tower_pat::routing::{GuardedRouter, any, get};

#[require_scope("read")]
async fn list() {}

/// A guard stands above what follows.
#[require_scope(any("admin", all("read", "write")))]
#[axum::debug_handler(state = u8)]
async fn show(State(_): State<u8>, _: Path<u64>, body: String) -> String {
    body
}

async fn generic<T: Clone + Send + Sync + 'static>(_: Require<Text<4, { word("read", 0) }>>, _: State<T>) {}

struct Things;

impl Things {
    #[require_scope("read")]
    async fn count(AnyToken(caller): AnyToken) -> String {
        caller.owner().to_string()
    }
}

fn added_by_another_function<S: Clone + Send + Sync + 'static>(router: GuardedRouter<S>) -> GuardedRouter<S> {
    router.route("/later", get(|_: Public| async {}).delete(Things::count))
}

fn main() {
    let router = GuardedRouter::new()
        .route("/", get(list).post(|_: AnyToken, body: String| async { body }))
        .route("/{id}", any(show))
        .route("/state", get(generic::<u8>))
        .fallback(Access::Public, || async {})
        .method_not_allowed_fallback("read", "a fixed response")
        .nest_service("/files", Requirement::all::<Requirement>([]), axum::routing::any(|| async {}));
    let _: GuardedRouter = added_by_another_function(router).with_state(7);
}
