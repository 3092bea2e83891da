//! A requirement held against the caller of a request, as a value or as a type.

use http::Extensions;

#[cfg(feature = "axum")]
use super::demand::Demand;
#[cfg(feature = "axum")]
use super::parameters::PathParameters;
use crate::caller::{caller, note_accepted, report_missing_parameter};
use crate::denial::{Denial, InsufficientScope};
#[cfg(feature = "axum")]
use crate::requirement::Reach;
use crate::requirement::{Held, Place, Requirement};

/// Lets pass who meets a requirement.
#[inline]
pub(super) fn hold(requirement: &Requirement, extensions: &mut Extensions) -> Result<(), Denial> {
    let wanted = || requirement.clone();
    if requirement.every_parameter(&mut |_| false) {
        return decide(extensions, Place::Unknown, |held| requirement.is_met(held), wanted);
    }
    hold_on_path(requirement, extensions)
}

#[cfg(feature = "axum")]
fn hold_on_path(requirement: &Requirement, extensions: &mut Extensions) -> Result<(), Denial> {
    let path = PathParameters::of(extensions);
    caller(extensions)?;
    if !requirement.every_parameter(&mut |name| path.has(name)) {
        return Err(report_missing_parameter(requirement));
    }
    decide(extensions, Place::Path(&path), |held| requirement.is_met(held), || requirement.clone())
}

/// Only axum's router is known to leave parameters.
#[cfg(not(feature = "axum"))]
fn hold_on_path(requirement: &Requirement, extensions: &mut Extensions) -> Result<(), Denial> {
    caller(extensions)?;
    Err(report_missing_parameter(requirement))
}

/// Lets pass who meets a requirement that is a type. Nothing of it is made a value unless it is not met.
#[cfg(feature = "axum")]
pub(super) fn hold_type<D: Demand>(extensions: &mut Extensions) -> Result<(), Denial> {
    if !D::NAMES_PARAMETERS {
        return decide(extensions, Place::Unknown, |held| D::is_met(held, Reach::default()), D::requirement);
    }
    let path = PathParameters::of(extensions);
    caller(extensions)?;
    if !D::every_parameter(&mut |name| path.has(name)) {
        return Err(report_missing_parameter(&D::requirement()));
    }
    decide(extensions, Place::Path(&path), |held| D::is_met(held, Reach::default()), D::requirement)
}

/// A requirement is noted when it is met. A denial says by itself what was asked for, and where it must not, a note would.
#[inline]
fn decide(
    extensions: &Extensions,
    place: Place<'_>,
    is_met: impl FnOnce(&Held<'_>) -> bool,
    wanted: impl FnOnce() -> Requirement,
) -> Result<(), Denial> {
    let caller = caller(extensions)?;
    if !is_met(&caller.held(place)) {
        let lacking = InsufficientScope::new(wanted(), caller.scopes().clone());
        return Err(lacking.with_limits(caller.record().resources().cloned()).into());
    }
    note_accepted(extensions, wanted);
    Ok(())
}
