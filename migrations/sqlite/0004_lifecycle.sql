-- The whole life of a token: its family and its end by rotation, what people wrote about it, when it was used, whose owners
-- are disabled, and what was done to it.

-- The identifier of the first of those that replaced each other; a token from before this migration is the first of its own.
ALTER TABLE pat_tokens ADD COLUMN family BLOB CHECK (length(family) = 16);
UPDATE pat_tokens SET family = id;
-- When another took the place of the token: it is not accepted then, whatever the clock says, unless it has a grace.
ALTER TABLE pat_tokens ADD COLUMN replaced_at INTEGER;
-- The end of the grace.
ALTER TABLE pat_tokens ADD COLUMN retires_at INTEGER;
ALTER TABLE pat_tokens ADD COLUMN successor BLOB CHECK (length(successor) = 16);
-- 1 at first, 1 more with each change. A use is no change.
ALTER TABLE pat_tokens ADD COLUMN version INTEGER NOT NULL DEFAULT 1 CHECK (version >= 1);
-- The name without regard to upper and lower case, by which lists are searched and sorted and names compared. It is made
-- by the program, since SQLite knows the letters of ASCII alone; for tokens from before this migration too.
ALTER TABLE pat_tokens ADD COLUMN name_folded TEXT;
ALTER TABLE pat_tokens ADD COLUMN description TEXT;
-- A JSON object of texts. NULL: there are none.
ALTER TABLE pat_tokens ADD COLUMN metadata TEXT CHECK (metadata IS NULL OR json_valid(metadata));
ALTER TABLE pat_tokens ADD COLUMN revocation_reason TEXT;
-- SHA-256 of the key by which the call that made the token is recognised when it is made again.
ALTER TABLE pat_tokens ADD COLUMN idempotency_key BLOB CHECK (length(idempotency_key) = 32);
-- When it is to be told next that the token expires soon. NULL: no more, or never.
ALTER TABLE pat_tokens ADD COLUMN notice_due_at INTEGER;
UPDATE pat_tokens SET notice_due_at = CASE
    WHEN created_at IS NULL OR expires_at - created_at > 604800000000 THEN expires_at - 604800000000
    WHEN expires_at - created_at > 86400000000 THEN expires_at - 86400000000
END WHERE expires_at > 0;
ALTER TABLE pat_tokens ADD COLUMN last_used_at INTEGER;
ALTER TABLE pat_tokens ADD COLUMN last_used_address TEXT;
ALTER TABLE pat_tokens ADD COLUMN last_used_agent TEXT;
ALTER TABLE pat_tokens ADD COLUMN use_count INTEGER NOT NULL DEFAULT 0 CHECK (use_count >= 0);

-- Whose tokens are not accepted, whenever they were made.
CREATE TABLE pat_owners (
    owner TEXT NOT NULL PRIMARY KEY,
    disabled_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

INSERT INTO pat_owners (owner, disabled_at)
SELECT owner, min(owner_disabled_at) FROM pat_tokens WHERE owner_disabled_at IS NOT NULL GROUP BY owner;
-- The column that said so for each token stays as it is: a process of an older version that has the file open still reads it.

CREATE UNIQUE INDEX pat_tokens_by_key ON pat_tokens (owner, idempotency_key) WHERE idempotency_key IS NOT NULL;
-- The tokens that count for an owner's limits, and their names.
CREATE INDEX pat_tokens_standing ON pat_tokens (owner, name_folded)
WHERE revoked_at IS NULL AND replaced_at IS NULL AND retires_at IS NULL;
CREATE INDEX pat_tokens_by_family ON pat_tokens (family);
-- The lists of an administrator.
CREATE INDEX pat_tokens_by_creation ON pat_tokens (created_at, id);
CREATE INDEX pat_tokens_by_expiry ON pat_tokens (expires_at, id);
CREATE INDEX pat_tokens_by_last_use ON pat_tokens (last_used_at, id);
CREATE INDEX pat_tokens_by_name ON pat_tokens (name_folded, id);
-- Of which it is to be told that they expire soon.
CREATE INDEX pat_tokens_notices ON pat_tokens (notice_due_at)
WHERE notice_due_at IS NOT NULL AND revoked_at IS NULL AND replaced_at IS NULL AND retires_at IS NULL;
-- What is over, for the removal of records.
CREATE INDEX pat_tokens_revoked ON pat_tokens (revoked_at) WHERE revoked_at IS NOT NULL;
-- In one column: where one of several conditions has two in itself, SQLite looks at all rows.
CREATE INDEX pat_tokens_retired ON pat_tokens (ifnull(retires_at, replaced_at))
WHERE ifnull(retires_at, replaced_at) IS NOT NULL;

-- Who did what to which token, in the transaction of the change. Nothing of a secret is in it.
CREATE TABLE pat_events (
    number INTEGER PRIMARY KEY AUTOINCREMENT CHECK (number > 0),
    at INTEGER NOT NULL,
    kind TEXT NOT NULL,
    actor TEXT NOT NULL CHECK (actor IN ('owner', 'administrator', 'token', 'system')),
    -- Which of this sort.
    actor_name TEXT CHECK ((actor_name IS NULL) = (actor = 'system')),
    address TEXT,
    owner TEXT NOT NULL,
    -- NULL: all of the owner.
    token BLOB CHECK (length(token) = 16),
    -- A list of objects with field, before and after.
    changes TEXT NOT NULL CHECK (json_valid(changes))
) STRICT;

CREATE INDEX pat_events_by_owner ON pat_events (owner, number);
CREATE INDEX pat_events_by_token ON pat_events (token, number);

-- It is only ever added to.
CREATE TRIGGER pat_events_are_not_changed BEFORE UPDATE ON pat_events
BEGIN SELECT RAISE(ABORT, 'the audit is only added to'); END;
CREATE TRIGGER pat_events_are_not_removed BEFORE DELETE ON pat_events
BEGIN SELECT RAISE(ABORT, 'the audit is only added to'); END;
-- SQLite removes what INSERT OR REPLACE replaces without asking the triggers. A number that is not given yet is -1 here.
CREATE TRIGGER pat_events_are_not_replaced BEFORE INSERT ON pat_events
WHEN NEW.number > 0 AND EXISTS (SELECT 1 FROM pat_events WHERE number = NEW.number)
BEGIN SELECT RAISE(ABORT, 'the audit is only added to'); END;
