//! Parts of statements, in one place each.
//!
//! Where a list or a look-up compares with a value that is bound, it says `+?`. Once a file is analysed (`ANALYZE`, which the
//! host may run), SQLite plans for the very values that are bound, and prepares a statement anew whenever others are: that
//! takes longer than the look-up itself. A value behind a `+` it does not look into.

/// Records, and whether their owners are disabled.
macro_rules! from {
    () => {
        " FROM pat_tokens t LEFT JOIN pat_owners o ON o.owner = t.owner "
    };
}

/// As many as are written of a record.
macro_rules! places {
    () => {
        "?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?"
    };
}

/// What counts for an owner's limits, at an instant that is bound.
macro_rules! standing {
    () => {
        "revoked_at IS NULL AND replaced_at IS NULL AND retires_at IS NULL AND (expires_at IS NULL OR expires_at > ?)"
    };
}

pub(super) use {from, places, standing};
