use jiff::Timestamp;

use crate::record::{AudienceSet, Description, NetworkSet, PatRecord, TokenId, TokenName};
use crate::resource::ResourceSet;
use crate::store::{FieldChange, PatDetails};
use crate::token::TokenHint;

/// What is new in a record, for the audit. Nothing of a secret is a field.
pub(super) fn changes(
    before: Option<(&PatRecord, &PatDetails)>,
    record: &PatRecord,
    details: &PatDetails,
) -> Vec<FieldChange> {
    let before = before.map(|(record, details)| fields(record, details));
    let mut changes = Vec::new();
    for (position, (field, after)) in fields(record, details).into_iter().enumerate() {
        let before = before.as_ref().and_then(|fields| fields[position].1.clone());
        if before != after {
            changes.push(FieldChange::new(field, before, after));
        }
    }
    changes
}

fn fields(record: &PatRecord, details: &PatDetails) -> [(&'static str, Option<String>); 14] {
    let instant = |instant: Option<Timestamp>| instant.as_ref().map(Timestamp::to_string);
    let metadata = details.metadata();
    [
        ("name", record.name().map(TokenName::to_string)),
        ("hint", record.hint().map(TokenHint::to_string)),
        ("description", details.description().map(Description::to_string)),
        ("metadata", (!metadata.is_empty()).then(|| metadata.to_string())),
        ("scopes", (!record.scopes().is_empty()).then(|| record.scopes().to_string())),
        ("resources", record.resources().map(ResourceSet::to_string)),
        ("networks", record.networks().map(NetworkSet::to_string)),
        ("audiences", record.audiences().map(AudienceSet::to_string)),
        ("not_before", instant(record.not_before())),
        ("expires_at", instant(record.expires_at())),
        ("paused_at", instant(record.paused_at())),
        ("replaced_at", instant(record.replaced_at())),
        ("retires_at", instant(record.retires_at())),
        ("successor", details.successor().as_ref().map(TokenId::to_string)),
    ]
}
