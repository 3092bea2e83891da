//! Parts of statements, in one place each.

/// Records, and whether their owners are disabled.
macro_rules! from {
    () => {
        " FROM {pat_}tokens t LEFT JOIN {pat_}owners o ON o.owner = t.owner "
    };
}

/// As many as are written of a record, the first values that are bound.
macro_rules! places {
    () => {
        "$1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20"
    };
}

/// What counts for an owner's limits, at an instant that is the second value bound.
macro_rules! standing {
    () => {
        "revoked_at IS NULL AND replaced_at IS NULL AND retires_at IS NULL AND (expires_at IS NULL OR expires_at > $2)"
    };
}

pub(super) use {from, places, standing};
