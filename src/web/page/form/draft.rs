use super::expiry::{offered, usual};
use super::fields::Fields;
use super::key::new_key;
use crate::store::StoredPat;
use crate::web::page::visit::Visitor;

/// A form as it was filled in, right or wrong, so that nothing of it is lost.
pub(in crate::web::page) struct Draft {
    pub(in crate::web::page) name: String,
    pub(in crate::web::page) description: String,
    pub(in crate::web::page) expiry: String,
    pub(in crate::web::page) date: String,
    pub(in crate::web::page) scopes: Vec<String>,
    pub(in crate::web::page) is_limited: bool,
    pub(in crate::web::page) picked: Vec<String>,
    pub(in crate::web::page) others: String,
    pub(in crate::web::page) search: String,
    pub(in crate::web::page) networks: String,
    pub(in crate::web::page) key: String,
    pub(in crate::web::page) version: Option<u64>,
    /// Whether a link has filled it in.
    pub(in crate::web::page) is_prefilled: bool,
    is_search: bool,
}

impl Draft {
    /// A form that was sent.
    pub(in crate::web::page) fn sent(fields: &Fields) -> Self {
        let one = |name| fields.one(name).unwrap_or_default().to_owned();
        let all = |name| fields.all(name).take(MOST).map(str::to_owned).collect();
        Self {
            name: one("name"),
            description: one("description").replace("\r\n", "\n"),
            expiry: one("expiry"),
            date: one("expires_on"),
            scopes: all("scopes"),
            is_limited: fields.one("limit") == Some("some"),
            picked: all("resources"),
            others: one("other_resources").replace("\r\n", "\n"),
            search: one("resource_search"),
            networks: one("networks"),
            key: one("key"),
            version: fields.one("version").and_then(|version| version.parse().ok()),
            is_prefilled: false,
            is_search: fields.one("action") == Some("search"),
        }
    }

    /// A form for a new token, filled in as a link has it.
    pub(in crate::web::page) fn prefilled(query: &Fields, visitor: &Visitor) -> Self {
        let (manager, now) = (visitor.manager(), visitor.now());
        let scopes: Vec<_> = query.all("scopes").flat_map(|list| list.split([' ', ','])).take(MOST).collect();
        let known = scopes.into_iter().filter(|scope| manager.catalog().contains(scope)).map(str::to_owned).collect();
        let choices = offered(manager.policy(), manager.catalog(), now);
        Self {
            expiry: usual(manager.policy(), &choices, now),
            scopes: known,
            key: new_key(),
            is_prefilled: query.one("name").is_some() || query.one("scopes").is_some(),
            is_limited: false,
            ..Self::sent(&Fields::parse(&prefix(query)))
        }
    }

    /// A form for a token that there is.
    pub(in crate::web::page) fn of(stored: &StoredPat) -> Self {
        let (record, details) = (stored.record(), stored.details());
        let texts = |set: Option<String>| set.unwrap_or_default().replace(' ', "\n");
        Self {
            name: record.name().map(ToString::to_string).unwrap_or_default(),
            description: details.description().map(ToString::to_string).unwrap_or_default(),
            expiry: "keep".to_owned(),
            date: String::new(),
            scopes: record.scopes().iter().map(ToString::to_string).collect(),
            is_limited: record.resources().is_some(),
            picked: Vec::new(),
            others: record.resources().map(ToString::to_string).unwrap_or_default(),
            search: String::new(),
            networks: texts(record.networks().map(ToString::to_string)),
            key: String::new(),
            version: Some(stored.version()),
            is_prefilled: false,
            is_search: false,
        }
    }

    /// Takes note that a newer version was seen.
    pub(in crate::web::page) fn see(&mut self, stored: &StoredPat) {
        self.version = Some(stored.version());
    }

    /// Whether it was sent to look for resources.
    pub(in crate::web::page) fn is_search(&self) -> bool {
        self.is_search
    }

    pub(in crate::web::page) fn key(&self) -> &str {
        &self.key
    }

    pub(in crate::web::page) fn version(&self) -> Option<u64> {
        self.version
    }
}

/// How many values of one field are looked at.
const MOST: usize = 500;

/// What a link may fill in beside the scopes.
fn prefix(query: &Fields) -> Vec<u8> {
    let mut fields = form_urlencoded::Serializer::new(String::new());
    for name in ["name", "description"] {
        if let Some(value) = query.one(name) {
            fields.append_pair(name, value);
        }
    }
    fields.finish().into_bytes()
}
