//! What scripts call, with a token.

use std::sync::{Arc, Mutex, PoisonError};

use axum::Json;
use axum::extract::rejection::JsonRejection;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use tower_pat::guard::AnyToken;
use tower_pat::record::{OwnerId, TokenId, TokenName};
use tower_pat::resource::{Resource, ResourceKind};
use tower_pat::{PatPrincipal, ScopeSet, require_scope};
use utoipa::ToSchema;

use super::App;
use super::problem::{Problem, ProblemDocument};
use super::scopes::Api;

/// All invoices of this service; they are gone when it stops.
#[derive(Clone, Default)]
pub(crate) struct Invoices(Arc<Mutex<Vec<Invoice>>>);

#[derive(Clone, Serialize, ToSchema)]
pub(crate) struct Invoice {
    id: usize,
    #[schema(value_type = String)]
    owner: OwnerId,
    amount: u64,
}

impl Invoice {
    /// What a token may be limited to.
    fn resource(&self) -> Resource {
        let name = Resource::new(&ResourceKind::from_static("invoice"), [self.id.to_string()]);
        name.expect("a number is a segment")
    }
}

impl Invoices {
    /// Those of an owner that pass.
    fn of(&self, owner: &OwnerId, passes: impl Fn(&Invoice) -> bool) -> Vec<Invoice> {
        let invoices = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        invoices.iter().filter(|invoice| invoice.owner == *owner && passes(invoice)).cloned().collect()
    }

    fn add(&self, owner: &OwnerId, amount: u64) -> Invoice {
        let mut invoices = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let invoice = Invoice { id: invoices.len() + 1, owner: owner.clone(), amount };
        invoices.push(invoice.clone());
        invoice
    }
}

#[derive(Serialize, ToSchema)]
pub(crate) struct Me {
    #[schema(value_type = String)]
    owner: OwnerId,
    #[schema(value_type = String, format = "uuid")]
    token_id: TokenId,
    #[schema(value_type = Option<String>)]
    name: Option<TokenName>,
    /// What the token may do, with what its scopes imply.
    #[schema(value_type = Vec<String>)]
    scopes: ScopeSet,
    #[schema(value_type = Option<String>, format = DateTime)]
    expires_at: Option<Timestamp>,
}

/// Who you are, and what your token may do.
#[utoipa::path(get, path = "/api/me", responses((status = 200, description = "Here it is.", body = Me)))]
pub(crate) async fn me(AnyToken(caller): AnyToken) -> Json<Me> {
    Json(Me {
        owner: caller.owner().clone(),
        token_id: caller.token_id(),
        name: caller.name().cloned(),
        scopes: caller.scopes().clone(),
        expires_at: caller.expires_at(),
    })
}

/// Your invoices; with a token that is limited to some, these.
#[utoipa::path(get, path = "/api/invoices", responses((status = 200, description = "Here it is.", body = [Invoice])))]
#[require_scope(Api::ReadInvoices, among = "invoice")]
pub(crate) async fn list_invoices(State(app): State<App>, caller: PatPrincipal) -> Json<Vec<Invoice>> {
    Json(app.invoices.of(caller.owner(), |invoice| caller.resources().covers(&invoice.resource())))
}

/// One of your invoices.
#[utoipa::path(
    get,
    path = "/api/invoices/{id}",
    params(("id" = usize, Path)),
    responses((status = 200, description = "Here it is.", body = Invoice), (status = 404, description = "There is no such thing.", body = ProblemDocument))
)]
#[require_scope(Api::ReadInvoices, on = "invoice:{id}", conceal)]
pub(crate) async fn show_invoice(
    State(app): State<App>,
    caller: PatPrincipal,
    Path(id): Path<String>,
) -> Result<Json<Invoice>, Problem> {
    let invoice = app.invoices.of(caller.owner(), |invoice| invoice.id.to_string() == id).pop();
    invoice.map(Json).ok_or_else(|| Problem::new(StatusCode::NOT_FOUND, "There is no such invoice."))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewInvoice {
    amount: u64,
}

/// Writes an invoice.
#[utoipa::path(
    post,
    path = "/api/invoices",
    request_body = NewInvoice,
    responses((status = 201, description = "It is made.", body = Invoice), (status = 422, description = "Something in it is wrong.", body = ProblemDocument))
)]
#[require_scope(Api::WriteInvoices)]
pub(crate) async fn create_invoice(
    State(app): State<App>,
    caller: PatPrincipal,
    wanted: Result<Json<NewInvoice>, JsonRejection>,
) -> Result<(StatusCode, Json<Invoice>), Problem> {
    let Json(NewInvoice { amount }) = wanted?;
    Ok((StatusCode::CREATED, Json(app.invoices.add(caller.owner(), amount))))
}
