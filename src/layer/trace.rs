use std::net::IpAddr;

use tracing::{Span, dispatcher, field};

use crate::denial::Denial;
use crate::principal::PatPrincipal;
use crate::telemetry::DENIED;

pub(super) const ACCEPTED: &str = "accepted";
pub(super) const ANONYMOUS: &str = "anonymous";
pub(super) const REFUSED: &str = "denied";

/// The span in which the inner service works. What it says, the span around the layer says too, if it has these fields.
pub(super) fn span(principal: Option<&PatPrincipal>) -> Span {
    if !dispatcher::has_been_set() {
        return Span::none();
    }
    let outer = Span::current();
    let span =
        tracing::info_span!("pat", pat.token_id = field::Empty, pat.owner = field::Empty, pat.outcome = field::Empty);
    if let Some(principal) = principal {
        for span in [&outer, &span] {
            span.record("pat.token_id", field::display(principal.token_id()));
            span.record("pat.owner", field::display(principal.owner()));
        }
    }
    span
}

/// What became of a request that was let pass.
pub(super) fn end(span: &Span, outcome: &str) {
    if !dispatcher::has_been_set() {
        return;
    }
    span.record("pat.outcome", outcome);
    Span::current().record("pat.outcome", outcome);
}

/// Anybody can be denied, as often as they like: what is logged of it is below what services log by default. What the
/// verifier denies, it has logged itself.
pub(super) fn denied(denial: &Denial, client: Option<IpAddr>) {
    Span::current().record("pat.outcome", REFUSED);
    if matches!(denial, Denial::MissingCredential | Denial::InvalidRequest(_)) {
        tracing::debug!(name: DENIED, reason = ?denial, ?client, "a request was denied");
    }
}

/// A guard or an extractor has denied the request.
pub(super) fn denied_inside(denial: &Denial, span: &Span) {
    end(span, REFUSED);
    span.in_scope(|| tracing::debug!(name: DENIED, reason = ?denial, "a request was denied"));
}
