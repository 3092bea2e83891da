use std::collections::BTreeMap;

use serde::Deserialize;
use utoipa::ToSchema;

use super::member::Member;
use super::wish::{audiences, expiry, networks, resources, scopes};
use crate::invalid::{InvalidValue, InvalidValueKind};
use crate::manager::Edit;
use crate::record::{Description, Metadata, TokenName};
use crate::store::StoredPat;
use crate::web::input::Values;
use crate::web::problem::{Place, Problem};

/// What is to be changed of a token, as a merge patch (RFC 7396): what is left out stays, null takes away.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "description": null, "scopes": ["invoices:read"], "paused": true }))]
pub(super) struct TokenPatch {
    #[serde(default)]
    #[schema(value_type = String, min_length = 1, max_length = 100)]
    name: Member<String>,
    #[serde(default)]
    #[schema(value_type = Option<String>, min_length = 1, max_length = 500)]
    description: Member<String>,
    /// Merged key by key: null takes a key away, or all of them.
    #[serde(default)]
    #[schema(value_type = Option<BTreeMap<String, Option<String>>>)]
    metadata: Member<BTreeMap<String, Option<String>>>,
    /// All the scopes; null or an empty list takes all away.
    #[serde(default)]
    #[schema(value_type = Option<Vec<String>>)]
    scopes: Member<Vec<String>>,
    /// All the limits; null lets the token be used on everything, an empty list on nothing.
    #[serde(default)]
    #[schema(value_type = Option<Vec<String>>)]
    resources: Member<Vec<String>>,
    /// All the networks; null lets the token be used from anywhere, an empty list from nowhere.
    #[serde(default)]
    #[schema(value_type = Option<Vec<String>>)]
    networks: Member<Vec<String>>,
    /// All the services; null lets the token be used with any, an empty list with none.
    #[serde(default)]
    #[schema(value_type = Option<Vec<String>>)]
    audiences: Member<Vec<String>>,
    /// When the token expires; null if never.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = DateTime)]
    expires_at: Member<String>,
    /// Whether the token is paused.
    #[serde(default)]
    #[schema(value_type = bool)]
    paused: Member<bool>,
}

impl TokenPatch {
    /// Whether it could undo, unseen, what somebody else has just narrowed.
    pub(super) fn needs_condition(&self) -> bool {
        self.metadata.is_given()
            || self.scopes.is_given()
            || self.resources.is_given()
            || self.networks.is_given()
            || self.audiences.is_given()
            || self.expires_at.is_given()
    }

    /// The change of what there is.
    pub(super) fn read(self, before: &StoredPat) -> Result<Edit, Problem> {
        let mut values = Values::of(Place::Body);
        let edit = self.name.fold(Edit::default(), |edit, name| {
            let read = name.ok_or_else(|| InvalidValue::new(InvalidValueKind::TokenName));
            let name = values.take("name", read.and_then(|name| TokenName::parse(&name)));
            name.into_iter().fold(edit, Edit::with_name)
        });
        let edit = self.description.fold(edit, |edit, text| {
            edit.with_description(values.maybe("description", text, |text| Description::parse(&text)))
        });
        let edit = self.metadata.fold(edit, |edit, patch| {
            let merged = merged(before.details().metadata(), patch);
            edit.with_metadata(values.take("metadata", merged).unwrap_or_default())
        });
        let edit = self.scopes.fold(edit, |edit, list| {
            edit.with_scopes(values.maybe("scopes", list, |list| scopes(&list)).unwrap_or_default())
        });
        let edit = self.paused.fold(edit, |edit, paused| {
            edit.with_pause(values.take("paused", paused.ok_or("a token is paused or not")).unwrap_or_default())
        });
        let limits = Limits { resources: self.resources, networks: self.networks, audiences: self.audiences };
        let edit = limits.read(&mut values, edit);
        let edit = self
            .expires_at
            .fold(edit, |edit, until| expiry(&mut values, until).into_iter().fold(edit, Edit::with_lifetime));
        values.finish()?;
        Ok(edit)
    }
}

/// Where and on what a token may be used.
struct Limits {
    resources: Member<Vec<String>>,
    networks: Member<Vec<String>>,
    audiences: Member<Vec<String>>,
}

impl Limits {
    fn read(self, values: &mut Values, edit: Edit) -> Edit {
        let edit = self
            .resources
            .fold(edit, |edit, list| edit.with_resources(values.maybe("resources", list, |list| resources(&list))));
        let edit = self
            .networks
            .fold(edit, |edit, list| edit.with_networks(values.maybe("networks", list, |list| networks(&list))));
        self.audiences
            .fold(edit, |edit, list| edit.with_audiences(values.maybe("audiences", list, |list| audiences(&list))))
    }
}

fn merged(before: &Metadata, patch: Option<BTreeMap<String, Option<String>>>) -> Result<Metadata, InvalidValue> {
    let Some(patch) = patch else {
        return Ok(Metadata::default());
    };
    let mut after: BTreeMap<_, _> = before.iter().map(|(key, value)| (key.to_owned(), value.to_owned())).collect();
    for (key, value) in patch {
        match value {
            Some(value) => drop(after.insert(key, value)),
            None => drop(after.remove(&key)),
        }
    }
    Metadata::new(after)
}
