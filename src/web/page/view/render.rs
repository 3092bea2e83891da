use askama::Template;
use axum::response::{Html, IntoResponse, Response};

use crate::web::problem::Problem;

pub(in crate::web::page) fn html(page: &impl Template) -> Response {
    match page.render() {
        Ok(text) => Html(text).into_response(),
        Err(_) => Problem::internal("a template of the page cannot be filled in").into_response(),
    }
}
