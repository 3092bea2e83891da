//! The names of columns, in one place each.

/// Of a record, in a [`from`].
macro_rules! record {
    () => {
        "t.id, t.digest, t.owner, t.family, t.name, t.hint, t.scopes, t.resources, t.created_at, t.not_before, \
         t.expires_at, t.retires_at, t.paused_at, o.disabled_at AS owner_disabled_at, t.revoked_at, t.networks, t.audiences"
    };
}

/// Of a record with its details, in a [`from`].
macro_rules! stored {
    () => {
        concat!(
            $crate::store::sqlite::sql::record!(),
            ", t.version, t.description, t.metadata, t.revocation_reason, t.successor, t.idempotency_key, t.last_used_at, \
             t.last_used_address, t.last_used_agent, t.use_count"
        )
    };
}

/// Records, and whether their owners are disabled.
macro_rules! from {
    () => {
        " FROM pat_tokens t LEFT JOIN pat_owners o ON o.owner = t.owner "
    };
}

/// What a change writes of a record, in the order in which [`bind`](super::apply) gives it.
macro_rules! written {
    () => {
        "name, name_folded, hint, family, scopes, resources, created_at, not_before, expires_at, retires_at, paused_at, \
         revoked_at, networks, audiences, description, metadata, revocation_reason, successor, idempotency_key"
    };
}

/// As many as are written.
macro_rules! places {
    () => {
        "?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?"
    };
}

/// What counts for an owner's limits, at an instant that is bound.
macro_rules! standing {
    () => {
        "revoked_at IS NULL AND retires_at IS NULL AND (expires_at IS NULL OR expires_at > ?)"
    };
}

pub(super) use {from, places, record, standing, stored, written};
