//! The names of columns, in one place each.

/// Of a record: `t` is the table of tokens, `o` that of owners.
macro_rules! record {
    () => {
        "t.id, t.digest, t.owner, t.family, t.name, t.hint, t.scopes, t.resources, t.created_at, t.not_before, \
         t.expires_at, t.replaced_at, t.retires_at, t.paused_at, o.disabled_at AS owner_disabled_at, t.revoked_at, t.networks, t.audiences"
    };
}

/// Of a record with its details.
macro_rules! stored {
    () => {
        concat!(
            $crate::store::sql::record!(),
            ", t.version, t.description, t.metadata, t.revocation_reason, t.successor, t.idempotency_key, t.last_used_at, \
             t.last_used_address, t.last_used_agent, t.use_count"
        )
    };
}

/// What a change writes of a record, in the order in which a store binds it: 20 columns.
macro_rules! written {
    () => {
        "name, name_folded, hint, family, scopes, resources, created_at, not_before, expires_at, replaced_at, \
         retires_at, paused_at, revoked_at, networks, audiences, description, metadata, revocation_reason, successor, idempotency_key"
    };
}

pub(in crate::store) use {record, stored, written};
