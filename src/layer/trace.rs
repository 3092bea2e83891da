use tracing::{Span, field};

use crate::denial::Denial;
use crate::principal::PatPrincipal;
use crate::telemetry::DENIED;

/// The span in which the inner service works.
pub(super) fn span(principal: Option<&PatPrincipal>) -> Span {
    let span =
        tracing::info_span!("pat", pat.token_id = field::Empty, pat.owner = field::Empty, pat.outcome = field::Empty);
    if let Some(principal) = principal
        && !span.is_disabled()
    {
        span.record("pat.token_id", field::display(principal.token_id()));
        span.record("pat.owner", field::display(principal.owner()));
    }
    span
}

/// Anybody can be denied, as often as they like: what is logged of it is below what services log by default.
pub(super) fn denied(denial: &Denial) {
    tracing::debug!(name: DENIED, reason = %denial, "a request was denied");
}
