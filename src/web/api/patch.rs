use std::collections::BTreeMap;

use serde::Deserialize;
use utoipa::ToSchema;

use super::wish::{audiences, expiry, networks, present, resources, scopes};
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
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = String, min_length = 1, max_length = 100)]
    name: Option<Option<String>>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>, min_length = 1, max_length = 500)]
    description: Option<Option<String>>,
    /// Merged key by key: null takes a key away, or all of them.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<BTreeMap<String, Option<String>>>)]
    metadata: Option<Option<BTreeMap<String, Option<String>>>>,
    /// All the scopes; null or an empty list takes all away.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<Vec<String>>)]
    scopes: Option<Option<Vec<String>>>,
    /// All the limits; null lets the token be used on everything, an empty list on nothing.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<Vec<String>>)]
    resources: Option<Option<Vec<String>>>,
    /// All the networks; null lets the token be used from anywhere, an empty list from nowhere.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<Vec<String>>)]
    networks: Option<Option<Vec<String>>>,
    /// All the services; null lets the token be used with any, an empty list with none.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<Vec<String>>)]
    audiences: Option<Option<Vec<String>>>,
    /// When the token expires; null if never.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>, format = DateTime)]
    expires_at: Option<Option<String>>,
    /// Whether the token is paused.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = bool)]
    paused: Option<Option<bool>>,
}

impl TokenPatch {
    /// Whether it could undo, unseen, what somebody else has just narrowed.
    pub(super) fn needs_condition(&self) -> bool {
        self.metadata.is_some()
            || self.scopes.is_some()
            || self.resources.is_some()
            || self.networks.is_some()
            || self.audiences.is_some()
            || self.expires_at.is_some()
    }

    /// The change of what there is.
    pub(super) fn read(self, before: &StoredPat) -> Result<Edit, Problem> {
        let mut values = Values::of(Place::Body);
        let mut edit = Edit::default();
        if let Some(name) = self.name {
            let read = name.as_deref().ok_or("a token has a name").map(TokenName::parse);
            if let Some(name) = values.take("name", read).and_then(|name| values.take("name", name)) {
                edit = edit.with_name(name);
            }
        }
        if let Some(description) = self.description {
            let read = |text: String| Description::parse(&text);
            edit = edit.with_description(values.maybe("description", description, read));
        }
        if let Some(patch) = self.metadata {
            let merged = merged(before.details().metadata(), patch);
            edit = edit.with_metadata(values.take("metadata", merged).unwrap_or_default());
        }
        if let Some(list) = self.scopes {
            let scopes = values.maybe("scopes", list, |list| scopes(&list));
            edit = edit.with_scopes(scopes.unwrap_or_default());
        }
        if let Some(paused) = self.paused {
            let paused = values.take("paused", paused.ok_or("a token is paused or not"));
            edit = edit.with_pause(paused.unwrap_or_default());
        }
        let limits = Limits { resources: self.resources, networks: self.networks, audiences: self.audiences };
        edit = limits.read(&mut values, edit);
        if let Some(lifetime) = self.expires_at.and_then(|until| expiry(&mut values, until)) {
            edit = edit.with_lifetime(lifetime);
        }
        values.finish()?;
        Ok(edit)
    }
}

/// Where and on what a token may be used.
struct Limits {
    resources: Option<Option<Vec<String>>>,
    networks: Option<Option<Vec<String>>>,
    audiences: Option<Option<Vec<String>>>,
}

impl Limits {
    fn read(self, values: &mut Values, mut edit: Edit) -> Edit {
        if let Some(list) = self.resources {
            edit = edit.with_resources(values.maybe("resources", list, |list| resources(&list)));
        }
        if let Some(list) = self.networks {
            edit = edit.with_networks(values.maybe("networks", list, |list| networks(&list)));
        }
        if let Some(list) = self.audiences {
            edit = edit.with_audiences(values.maybe("audiences", list, |list| audiences(&list)));
        }
        edit
    }
}

fn merged(
    before: &Metadata,
    patch: Option<BTreeMap<String, Option<String>>>,
) -> Result<Metadata, crate::invalid::InvalidValue> {
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
