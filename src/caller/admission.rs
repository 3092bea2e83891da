use std::sync::LazyLock;

use http::Extensions;

use crate::denial::Denial;
use crate::principal::PatPrincipal;
use crate::requirement::Requirement;
use crate::telemetry::{First, Firsts, MISCONFIGURED, Novelty};

const WITHOUT_A_PARAMETER: &str =
    "a requirement of tower-pat names a parameter that the path of its route does not have, or not once";
const WITHOUT_A_LAYER: &str = "a request reached an extractor or a guard of tower-pat without passing a PatAuthLayer";

/// Left in place of a principal where the layer lets a request without a token pass.
#[derive(Debug, Clone, Copy)]
struct Anonymous;

/// Leaves the principal, in place of any that was there.
pub(crate) fn admit(extensions: &mut Extensions, principal: PatPrincipal) {
    extensions.insert(principal);
}

/// Leaves word that the layer has looked and found no token. A principal that was there is not trusted.
pub(crate) fn admit_anonymous(extensions: &mut Extensions) {
    extensions.remove::<PatPrincipal>();
    extensions.insert(Anonymous);
}

/// The principal, or why there is none: the request came without a token, or past no layer at all.
#[inline]
pub(crate) fn caller(extensions: &Extensions) -> Result<&PatPrincipal, Denial> {
    if let Some(principal) = extensions.get() {
        return Ok(principal);
    }
    if extensions.get::<Anonymous>().is_some() {
        return Err(Denial::MissingCredential);
    }
    report_missing_layer();
    Err(Denial::MissingLayer)
}

/// The mistake is there until the service is mended, and whoever has found the route can repeat it: one alarm is enough.
#[cold]
fn report_missing_layer() {
    static ALARM: First = First::new();
    if ALARM.take() {
        tracing::error!(name: MISCONFIGURED, "{WITHOUT_A_LAYER}");
    } else {
        tracing::debug!(name: MISCONFIGURED, "{WITHOUT_A_LAYER}");
    }
}

/// A guard that cannot tell on what resource a scope is asked for lets nobody pass. The log is told once of each.
pub(crate) fn report_missing_parameter(requirement: &Requirement) -> Denial {
    static ALARMS: LazyLock<Firsts> = LazyLock::new(Firsts::default);
    match ALARMS.take(&requirement.to_string()) {
        Novelty::New => tracing::error!(name: MISCONFIGURED, %requirement, "{WITHOUT_A_PARAMETER}"),
        Novelty::TooMany => {
            tracing::error!(name: MISCONFIGURED, %requirement, "{WITHOUT_A_PARAMETER}; no more are named");
        }
        Novelty::Known => tracing::debug!(name: MISCONFIGURED, %requirement, "{WITHOUT_A_PARAMETER}"),
    }
    Denial::MissingParameter
}
