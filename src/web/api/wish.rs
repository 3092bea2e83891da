use std::collections::BTreeMap;
use std::time::Duration;

use jiff::Timestamp;
use serde::Deserialize;
use utoipa::ToSchema;

use super::member::Member;
use crate::invalid::InvalidValue;
use crate::manager::NewPat;
use crate::policy::Lifetime;
use crate::record::{Audience, AudienceSet, Description, Metadata, Network, NetworkSet, TokenName};
use crate::resource::{ResourcePattern, ResourceSet};
use crate::scope::{Scope, ScopeSet};
use crate::web::input::Values;
use crate::web::problem::{Place, Problem};

/// What a person asks for when they make a token.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "name": "nightly build", "scopes": ["invoices:read"], "expires_in_days": 30 }))]
pub(super) struct NewToken {
    #[schema(min_length = 1, max_length = 100)]
    name: String,
    #[schema(min_length = 1, max_length = 500)]
    description: Option<String>,
    /// At most 32 texts, 4096 bytes in all.
    metadata: Option<BTreeMap<String, String>>,
    /// What the token may do; nothing if left out. `GET scopes` lists what there is.
    scopes: Option<Vec<String>>,
    /// On what the token may be used, such as `repo:acme/site` or `repo:acme/*`; left out or null, on everything.
    resources: Option<Vec<String>>,
    /// From where the token may be used, as addresses or networks; left out or null, from anywhere.
    networks: Option<Vec<String>>,
    /// For which services the token is meant; left out or null, for any.
    audiences: Option<Vec<String>>,
    /// From when the token is to be accepted; left out or null, at once.
    #[schema(format = DateTime)]
    not_before: Option<String>,
    /// When the token expires; null if never; left out, when the service has it.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = DateTime)]
    expires_at: Member<String>,
    /// In how many days from now the token expires, in place of `expires_at`.
    #[schema(minimum = 1, maximum = 36500)]
    expires_in_days: Option<u32>,
}

impl NewToken {
    pub(super) fn read(self) -> Result<NewPat, Problem> {
        let mut values = Values::of(Place::Body);
        let name = values.take("name", TokenName::parse(&self.name));
        let description = values.maybe("description", self.description, |text| Description::parse(&text));
        let metadata = values.maybe("metadata", self.metadata, Metadata::new);
        let scopes = values.maybe("scopes", self.scopes, |list| scopes(&list));
        let resources = values.maybe("resources", self.resources, |list| resources(&list));
        let networks = values.maybe("networks", self.networks, |list| networks(&list));
        let audiences = values.maybe("audiences", self.audiences, |list| audiences(&list));
        let not_before = values.maybe("not_before", self.not_before, |text| instant(&text));
        let lifetime = lifetime(&mut values, self.expires_at, self.expires_in_days);
        values.finish()?;
        // Nothing was wrong, so there is a name.
        let name = name.ok_or_else(|| Problem::internal("a name is neither right nor wrong"))?;
        let wanted = match lifetime {
            Lifetime::Endless => NewPat::new(name).without_expiry(),
            Lifetime::For(lifetime) => NewPat::new(name).with_lifetime(lifetime),
            Lifetime::Until(instant) => NewPat::new(name).with_expiry(instant),
            Lifetime::Usual => NewPat::new(name),
        };
        Ok(wanted
            .with_description(description)
            .with_metadata(metadata.unwrap_or_default())
            .with_scopes(scopes.unwrap_or_default())
            .with_resources(resources)
            .with_networks(networks)
            .with_audiences(audiences)
            .with_not_before(not_before))
    }
}

fn lifetime(values: &mut Values, until: Member<String>, days: Option<u32>) -> Lifetime {
    if until.is_given() && days.is_some() {
        values.note("expires_in_days", "either this or expires_at");
    }
    let days = days.map(|days| Lifetime::For(Duration::from_hours(24 * u64::from(days))));
    until.fold(days.unwrap_or(Lifetime::Usual), |usual, until| expiry(values, until).unwrap_or(usual))
}

/// When a token is to expire; never if null.
pub(super) fn expiry(values: &mut Values, until: Option<String>) -> Option<Lifetime> {
    let Some(until) = until else {
        return Some(Lifetime::Endless);
    };
    values.take("expires_at", instant(&until)).map(Lifetime::Until)
}

pub(super) fn scopes(list: &[String]) -> Result<ScopeSet, InvalidValue> {
    list.iter().map(|text| Scope::parse(text)).collect()
}

pub(super) fn resources(list: &[String]) -> Result<ResourceSet, InvalidValue> {
    list.iter().map(|text| ResourcePattern::parse(text)).collect()
}

pub(super) fn networks(list: &[String]) -> Result<NetworkSet, InvalidValue> {
    list.iter().map(|text| text.parse::<Network>()).collect()
}

pub(super) fn audiences(list: &[String]) -> Result<AudienceSet, InvalidValue> {
    list.iter().map(|text| Audience::parse(text)).collect()
}

pub(super) fn instant(text: &str) -> Result<Timestamp, &'static str> {
    // Longer than any of RFC 3339; the parser knows longer forms.
    let text = Some(text).filter(|text| text.len() <= 40 && !text.contains('['));
    text.and_then(|text| text.parse().ok()).ok_or("an instant is written as 2030-01-01T12:00:00Z")
}
