use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::Value;
use utoipa::openapi::example::ExampleBuilder;
use utoipa::openapi::path::{Operation, PathItem};
use utoipa::openapi::{ContentBuilder, OpenApi, Ref, RefOr, Response, ResponseBuilder};
use utoipa::{Modify, PartialSchema, ToSchema};

use crate::web::problem::{FieldError, Place, Problem, ProblemKind};
use crate::web::status::of_problem;

/// Adds to each operation how it may be refused, with an example of each sort of problem.
pub(super) struct Problems;

impl Modify for Problems {
    fn modify(&self, document: &mut OpenApi) {
        let components = document.components.get_or_insert_default();
        components.schemas.insert("Problem".to_owned(), ProblemDocument::schema());
        components.schemas.insert("FieldError".to_owned(), WrongField::schema());
        for item in document.paths.paths.values_mut() {
            for operation in operations(item) {
                describe(operation);
            }
        }
    }
}

fn operations(item: &mut PathItem) -> impl Iterator<Item = &mut Operation> {
    [&mut item.get, &mut item.post, &mut item.patch, &mut item.delete].into_iter().flatten()
}

fn describe(operation: &mut Operation) {
    let mut kinds = BTreeMap::<String, Vec<ProblemKind>>::new();
    for kind in kinds_of(operation) {
        kinds.entry(of_problem(kind).as_str().to_owned()).or_default().push(kind);
    }
    for (status, kinds) in kinds {
        operation.responses.responses.insert(status, RefOr::T(response(&kinds)));
    }
    let unsigned =
        "Nobody is signed in: it is for the service to say so in its own words. Or the token is not accepted.";
    operation.responses.responses.insert("401".to_owned(), RefOr::T(Response::new(unsigned)));
}

/// How an operation may be refused.
fn kinds_of(operation: &Operation) -> Vec<ProblemKind> {
    let name = operation.operation_id.as_deref().unwrap_or_default();
    let mut kinds = vec![
        ProblemKind::Malformed,
        ProblemKind::Forbidden,
        ProblemKind::NotForTokens,
        ProblemKind::TooManyRequests,
        ProblemKind::Internal,
        ProblemKind::Unavailable,
    ];
    if operation.request_body.is_some() {
        kinds.extend([ProblemKind::TooLarge, ProblemKind::UnsupportedType, ProblemKind::Invalid]);
    }
    if operation.parameters.is_some() {
        kinds.push(ProblemKind::Invalid);
    }
    if !name.starts_with("list") && !name.starts_with("get") {
        kinds.push(ProblemKind::CrossSite);
    }
    kinds.extend(match name {
        "get_token" | "list_events" | "find_token" => &[ProblemKind::NotFound][..],
        "get_self" | "revoke_self" => &[ProblemKind::NotFound],
        "create_token" => &[
            ProblemKind::LoginRequired,
            ProblemKind::NameTaken,
            ProblemKind::LimitReached,
            ProblemKind::KeyUsed,
            ProblemKind::Conflict,
        ],
        "edit_token" => &[
            ProblemKind::NotFound,
            ProblemKind::NameTaken,
            ProblemKind::LimitReached,
            ProblemKind::Ended,
            ProblemKind::Conflict,
            ProblemKind::PreconditionFailed,
            ProblemKind::PreconditionRequired,
        ],
        "rotate_token" | "rotate_self" => &[
            ProblemKind::NotFound,
            ProblemKind::LoginRequired,
            ProblemKind::Ended,
            ProblemKind::Rotated,
            ProblemKind::Conflict,
            ProblemKind::KeyUsed,
            ProblemKind::PreconditionFailed,
        ],
        "revoke_token" => &[ProblemKind::NotFound, ProblemKind::PreconditionFailed],
        _ => &[],
    });
    kinds.sort_by_key(|kind| kind.slug());
    kinds.dedup();
    kinds
}

fn response(kinds: &[ProblemKind]) -> Response {
    let mut content = ContentBuilder::new().schema(Some(Ref::from_schema_name("Problem")));
    for kind in kinds {
        let example = ExampleBuilder::new().summary(kind.title()).value(Some(example(*kind))).build();
        content = content.examples_from_iter([(kind.slug(), example)]);
    }
    let titles: Vec<_> = kinds.iter().map(|kind| kind.title()).collect();
    ResponseBuilder::new().description(titles.join("; ")).content("application/problem+json", content.build()).build()
}

fn example(kind: ProblemKind) -> Value {
    let problem = match kind {
        ProblemKind::Invalid => Problem::invalid(Place::Body, "scopes", "there is no such scope"),
        ProblemKind::NotForTokens => Problem::not_for_tokens(),
        ProblemKind::NotFound => Problem::not_found(),
        ProblemKind::CrossSite => Problem::cross_site(),
        ProblemKind::NameTaken => {
            let detail = "there is another token of this name";
            Problem::new(kind, detail).with_error(FieldError::new(Place::Body, "name", detail))
        }
        ProblemKind::TooManyRequests => Problem::new(kind, "wait a little").with_retry_after(Duration::from_mins(1)),
        kind => Problem::new(kind, kind.title()),
    };
    problem.to_json()
}

/// Why something cannot be had (RFC 9457).
#[derive(ToSchema)]
#[expect(dead_code, reason = "it describes `Problem`")]
struct ProblemDocument {
    /// What sort of problem it is, for programs: `urn:problem-type:tower-pat:` and a word.
    #[schema(rename = "type", example = "urn:problem-type:tower-pat:invalid")]
    kind: String,
    #[schema(example = "Invalid value")]
    title: String,
    #[schema(example = 422)]
    status: u16,
    /// For people.
    detail: String,
    /// Which fields are wrong; left out if none is.
    errors: Option<Vec<WrongField>>,
}

/// A field that is wrong.
#[derive(ToSchema)]
#[schema(as = FieldError)]
#[expect(dead_code, reason = "it describes `FieldError`")]
struct WrongField {
    /// The field, the parameter or the header.
    #[schema(example = "scopes")]
    field: String,
    /// Where in the body it is (RFC 6901); left out if it is not there.
    #[schema(example = "/scopes")]
    pointer: Option<String>,
    detail: String,
}
