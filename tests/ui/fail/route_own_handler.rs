//! A handler that is written by hand may state in its marker what it does not ask.

use std::future::{Ready, ready};

use axum::body::Body;
use axum::extract::Request;
use axum::handler::Handler;
use axum::response::Response;
use tower_pat::guard::AnyToken;
use tower_pat::routing::{GuardedRouter, get};

#[derive(Clone)]
struct Mine;

impl Handler<((), AnyToken), ()> for Mine {
    type Future = Ready<Response>;

    fn call(self, _: Request, (): ()) -> Self::Future {
        ready(Response::new(Body::empty()))
    }
}

fn main() {
    let _: GuardedRouter = GuardedRouter::new().route("/", get(Mine));
}
