use std::fmt;

use super::context::VerifyContext;
use crate::clock::Moment;
use crate::denial::{Denial, InvalidToken};
use crate::flight::Verdict;
use crate::principal::PatPrincipal;
use crate::record::{Audience, AudienceSet, NetworkSet, PatRecord, PatStatus};
use crate::telemetry::DENIED;

type Decision = Result<PatPrincipal, Denial>;

/// Judges a verdict at an instant and against a request. `service` is the audience that the verifier speaks for, unless
/// the request was made to another.
///
/// This is done at every use of a verdict, remembered or not: nothing of it is part of what is remembered.
#[inline]
pub(super) fn judge(verdict: &Verdict, now: Moment, context: &VerifyContext, service: Option<&Audience>) -> Decision {
    let Some(principal) = verdict.principal() else {
        return Err(Denial::InvalidToken(InvalidToken::Unknown));
    };
    let record = principal.record();
    if let Some(reason) = reason(record, now) {
        return Err(Denial::InvalidToken(reason));
    }
    let service = context.audience().or(service);
    if record.audiences().is_some_and(|audiences| !names(audiences, service)) {
        return Err(Denial::InvalidToken(InvalidToken::OtherAudience));
    }
    if record.networks().is_some_and(|networks| !holds(networks, context)) {
        return Err(Denial::NetworkNotAllowed);
    }
    Ok(principal.clone())
}

/// Logs a refusal. Anybody can send bad tokens, as many as they like: what is logged of them is below what services log by
/// default. It is not part of judging, which is done where the memory is read: a subscriber may take its time.
#[inline]
pub(super) fn told(decision: Decision, context: &VerifyContext) -> Decision {
    match &decision {
        Err(Denial::InvalidToken(reason)) => log(reason, context),
        Err(denial @ Denial::NetworkNotAllowed) => log(denial, context),
        _ => {}
    }
    decision
}

/// Why a record is worth nothing at an instant; none if it is active.
#[inline]
fn reason(record: &PatRecord, now: Moment) -> Option<InvalidToken> {
    match record.status_at(now.wall()) {
        PatStatus::Active => None,
        PatStatus::NotYetValid => Some(InvalidToken::NotYetValid),
        PatStatus::Expired => Some(InvalidToken::Expired),
        PatStatus::Paused => Some(InvalidToken::Paused),
        PatStatus::OwnerDisabled => Some(InvalidToken::OwnerDisabled),
        PatStatus::Rotated => Some(InvalidToken::Rotated),
        PatStatus::Revoked => Some(InvalidToken::Revoked),
    }
}

/// A token that is meant for some services is not accepted by one that does not say which it is.
fn names(audiences: &AudienceSet, service: Option<&Audience>) -> bool {
    service.is_some_and(|service| audiences.contains(service))
}

/// A client whose address is not known is in no network.
fn holds(networks: &NetworkSet, context: &VerifyContext) -> bool {
    context.client_addr().is_some_and(|addr| networks.contains(addr))
}

#[cold]
fn log(reason: impl fmt::Debug, context: &VerifyContext) {
    tracing::debug!(name: DENIED, ?reason, client = ?context.client_addr(), "a token was refused");
}
