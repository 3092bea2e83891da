use std::collections::BTreeMap;
use std::net::IpAddr;

use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

use crate::record::{AudienceSet, FamilyId, NetworkSet, OwnerId, PatStatus, Reason, TokenId, TokenName};
use crate::resource::ResourceSet;
use crate::scope::ScopeSet;
use crate::store::{StoredPat, Usage};
use crate::token::TokenHint;

/// What there is to know about a token. The token itself is nowhere in it.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Token {
    #[schema(value_type = String, format = "uuid", example = "01978a4e-7a3c-7d51-8d0a-3f5e1f0c9b2a")]
    id: TokenId,
    /// The first of the tokens that have replaced each other up to this one.
    #[schema(value_type = String, format = "uuid", example = "01978a4e-7a3c-7d51-8d0a-3f5e1f0c9b2a")]
    family: FamilyId,
    #[schema(value_type = String, example = "alice")]
    owner: OwnerId,
    #[schema(value_type = Option<String>, example = "nightly build")]
    name: Option<TokenName>,
    #[schema(example = "for the build at night")]
    description: Option<String>,
    metadata: BTreeMap<String, String>,
    /// By what people recognise the token: its prefix and its last characters.
    #[schema(value_type = Option<String>, example = "acme_pat_…Xq3d")]
    hint: Option<TokenHint>,
    /// What the token is worth now.
    #[schema(value_type = Status)]
    status: PatStatus,
    #[schema(value_type = Vec<String>, example = json!(["invoices:read"]))]
    scopes: ScopeSet,
    /// On what the token may be used; null if on everything.
    #[schema(value_type = Option<Vec<String>>, example = json!(["repo:acme/*"]))]
    resources: Option<ResourceSet>,
    /// From where the token may be used; null if from any network.
    #[schema(value_type = Option<Vec<String>>, example = json!(["192.0.2.0/24"]))]
    networks: Option<NetworkSet>,
    /// For which services the token is meant; null if for any.
    #[schema(value_type = Option<Vec<String>>, example = json!(["https://api.example"]))]
    audiences: Option<AudienceSet>,
    #[schema(value_type = Option<String>, format = DateTime)]
    created_at: Option<Timestamp>,
    /// When the token becomes valid; null if it was from the beginning.
    #[schema(value_type = Option<String>, format = DateTime)]
    not_before: Option<Timestamp>,
    /// When the token expires; null if never.
    #[schema(value_type = Option<String>, format = DateTime)]
    expires_at: Option<Timestamp>,
    paused: bool,
    /// Until when a token that was replaced is still accepted; null if it was not replaced.
    #[schema(value_type = Option<String>, format = DateTime)]
    retires_at: Option<Timestamp>,
    /// Which token has replaced this one.
    #[schema(value_type = Option<String>, format = "uuid")]
    successor: Option<TokenId>,
    #[schema(value_type = Option<String>, format = DateTime)]
    revoked_at: Option<Timestamp>,
    /// Why it was revoked, if anybody said it.
    #[schema(value_type = Option<String>, example = "laptop was stolen")]
    revocation_reason: Option<Reason>,
    last_use: Option<LastUse>,
    /// It changes with each change; also the `ETag`.
    #[schema(example = 1)]
    version: u64,
}

impl Token {
    pub(super) fn of(stored: &StoredPat, now: Timestamp) -> Self {
        let (record, details) = (stored.record(), stored.details());
        let metadata = details.metadata().iter().map(|(key, value)| (key.to_owned(), value.to_owned()));
        Self {
            id: record.id(),
            family: record.family(),
            owner: record.owner().clone(),
            name: record.name().cloned(),
            description: details.description().map(ToString::to_string),
            metadata: metadata.collect(),
            hint: record.hint().cloned(),
            status: record.status_at(now),
            scopes: record.scopes().clone(),
            resources: record.resources().cloned(),
            networks: record.networks().cloned(),
            audiences: record.audiences().cloned(),
            created_at: record.created_at(),
            not_before: record.not_before(),
            expires_at: record.expires_at(),
            paused: record.paused_at().is_some(),
            retires_at: record.retires_at(),
            successor: details.successor(),
            revoked_at: record.revoked_at(),
            revocation_reason: details.revocation().cloned(),
            last_use: stored.usage().map(LastUse::from),
            version: stored.version(),
        }
    }
}

/// What a token is worth.
#[derive(ToSchema)]
#[schema(rename_all = "snake_case")]
#[expect(dead_code, reason = "it describes `PatStatus`")]
pub(super) enum Status {
    Active,
    NotYetValid,
    Expired,
    Paused,
    OwnerDisabled,
    Rotated,
    Revoked,
}

/// When a token was last used, and how often altogether; a minute may pass until it is seen.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct LastUse {
    #[schema(value_type = String, format = DateTime)]
    at: Timestamp,
    #[schema(value_type = Option<String>, example = "192.0.2.7")]
    address: Option<IpAddr>,
    #[schema(example = "curl/8.5.0")]
    user_agent: Option<String>,
    #[schema(example = 42)]
    count: u64,
}

impl From<&Usage> for LastUse {
    fn from(usage: &Usage) -> Self {
        let user_agent = usage.user_agent().map(str::to_owned);
        Self { at: usage.last_used_at(), address: usage.address(), user_agent, count: usage.count() }
    }
}

/// A token that was just made, with what nothing can show again.
#[derive(Serialize, ToSchema)]
pub(super) struct NewlyMade<'a> {
    #[serde(flatten)]
    pub(super) record: Token,
    /// The token itself, this once.
    #[schema(example = "acme_pat_…")]
    pub(super) token: &'a str,
}

/// A page of tokens.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct TokenPage {
    pub(super) items: Vec<Token>,
    /// What to ask for as `cursor` to get the next page; null if this is the last. The header `Link` has it too.
    pub(super) next: Option<String>,
}
