//! A plain router does not come in by a side door.

use axum::Router;
use axum::routing::get;
use tower_pat::routing::GuardedRouter;

fn main() {
    let open: Router = Router::new().route("/", get(|| async { "open?" }));
    let _: GuardedRouter = GuardedRouter::new().nest("/api", open.clone());
    let _: GuardedRouter = GuardedRouter::new().merge(open.clone());
    let _: GuardedRouter = GuardedRouter::new().route("/", get(|| async { "open?" }));
    let _: GuardedRouter = open.into();
}
