-- Every name begins with pat_, because the file may also hold the tables of the host.
-- STRICT: a value of the wrong type is refused when it is written, not found when a token is looked up.
-- Instants are microseconds since 1970-01-01T00:00:00Z.

CREATE TABLE pat_tokens (
    id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    -- SHA-256 of the token. The token itself is stored nowhere.
    digest BLOB NOT NULL UNIQUE CHECK (length(digest) = 32),
    owner TEXT NOT NULL,
    name TEXT,
    -- Prefix and last four characters, by which people recognise a token.
    hint TEXT,
    -- Separated by one space (RFC 6749, section 3.3); none means that the token allows nothing.
    scopes TEXT NOT NULL,
    created_at INTEGER,
    expires_at INTEGER,
    revoked_at INTEGER
) STRICT;

-- In the order in which an owner's tokens are listed.
CREATE INDEX pat_tokens_by_owner ON pat_tokens (owner, created_at DESC, id DESC);

-- One row for each change of a token, written in the change's own transaction, from which other instances learn which
-- cached verdicts are void. There is one writer at a time, so the rows become visible in the order of their numbers.
CREATE TABLE pat_changes (
    -- AUTOINCREMENT: the number of a deleted row must not be given again, or a reader that has seen it misses the new one.
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    -- The first 32 bits of the digest, too few to find a token by. NULL: any token may have changed.
    mark INTEGER CHECK (mark BETWEEN 0 AND 4294967295),
    -- By the clock of the machine that wrote it: only to tell old rows, never to order them.
    changed_at INTEGER NOT NULL DEFAULT (CAST(unixepoch('subsec') * 1000000 AS INTEGER))
) STRICT;

-- A database that was restored from a copy gets another generation by hand; a reader that sees it change relies on
-- nothing it has read before.
CREATE TABLE pat_change_log (
    only_row INTEGER PRIMARY KEY CHECK (only_row = 1),
    generation BLOB NOT NULL CHECK (length(generation) = 16)
) STRICT;

INSERT INTO pat_change_log (only_row, generation) VALUES (1, randomblob(16));
