//! A service does not say who may call it: what adds it does.

use axum::routing::any;
use tower_pat::routing::GuardedRouter;

fn main() {
    let service = any(|| async { "open?" });
    let _: GuardedRouter = GuardedRouter::new().route_service("/", service.clone());
    let _: GuardedRouter = GuardedRouter::new().nest_service("/files", service);
}
