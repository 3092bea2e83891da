use axum::response::{IntoResponse, Response};
use http::header::RETRY_AFTER;

use super::view::{FailurePage, Frame, html};
use super::visit::Stranger;
use crate::web::problem::{Problem, ProblemKind};
use crate::web::status::of_problem;

/// A page that says what is wrong, for people.
pub(super) fn failure(frame: &Frame, problem: &Problem) -> Response {
    let kind = problem.kind();
    let mut response = (of_problem(kind), html(&FailurePage::new(frame, kind))).into_response();
    if let Some(wait) = problem.retry_after() {
        response.headers_mut().insert(RETRY_AFTER, wait);
    }
    response
}

pub(super) async fn nothing_here(Stranger(frame): Stranger) -> Response {
    failure(&frame, &Problem::new(ProblemKind::NotFound, "there is nothing here"))
}

pub(super) async fn method_not_allowed(Stranger(frame): Stranger) -> Response {
    failure(&frame, &Problem::new(ProblemKind::MethodNotAllowed, "this cannot be done here"))
}
