-- {pat_} stands for the schema and the beginning of the names of all tables, {prefix} for the latter alone.
-- Whatever is sorted, or compared from start to end, is so by code points: COLLATE "C".

CREATE TABLE {pat_}migrations (
    number integer PRIMARY KEY,
    applied_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE {pat_}tokens (
    id uuid PRIMARY KEY,
    -- SHA-256 of the token. The token itself is stored nowhere.
    digest bytea NOT NULL UNIQUE CHECK (octet_length(digest) = 32),
    owner text COLLATE "C" NOT NULL,
    -- The identifier of the first of those that replaced each other.
    family uuid NOT NULL,
    name text,
    -- The name without regard to upper and lower case, by which lists are searched and sorted and names compared. It is made
    -- by the program, so that every store folds alike.
    name_folded text COLLATE "C",
    -- Prefix and last four characters, by which people recognise a token.
    hint text,
    -- Separated by one space (RFC 6749, section 3.3); none means that the token allows nothing.
    scopes text NOT NULL,
    -- On what a token may be used, one pattern a line. In this and the two columns below, NULL is no restriction, and an
    -- empty text is nothing, not everything.
    resources text,
    -- In CIDR notation, separated by one space.
    networks text,
    -- Separated by one space.
    audiences text,
    created_at timestamptz CHECK (isfinite(created_at)),
    -- The first instant at which the token is accepted.
    not_before timestamptz CHECK (isfinite(not_before)),
    expires_at timestamptz CHECK (isfinite(expires_at)),
    -- When another took the place of the token: it is not accepted then, whatever the clock says, unless it has a grace.
    replaced_at timestamptz CHECK (isfinite(replaced_at)),
    -- The end of the grace.
    retires_at timestamptz CHECK (isfinite(retires_at)),
    successor uuid,
    -- When it is to be told next that the token expires soon. NULL: no more, or never.
    notice_due_at timestamptz CHECK (isfinite(notice_due_at)),
    paused_at timestamptz CHECK (isfinite(paused_at)),
    revoked_at timestamptz CHECK (isfinite(revoked_at)),
    revocation_reason text,
    description text,
    -- An object of texts. NULL: there are none.
    metadata jsonb CHECK (jsonb_typeof(metadata) = 'object'),
    -- SHA-256 of the key by which the call that made the token is recognised when it is made again.
    idempotency_key bytea CHECK (octet_length(idempotency_key) = 32),
    -- 1 at first, 1 more with each change. A use is no change.
    version bigint NOT NULL DEFAULT 1 CHECK (version >= 1),
    last_used_at timestamptz CHECK (isfinite(last_used_at)),
    last_used_address text,
    last_used_agent text,
    use_count bigint NOT NULL DEFAULT 0 CHECK (use_count >= 0)
);

-- In the order in which an owner's tokens are listed.
CREATE INDEX {prefix}tokens_by_owner ON {pat_}tokens (owner, created_at DESC, id DESC);
CREATE UNIQUE INDEX {prefix}tokens_by_key ON {pat_}tokens (owner, idempotency_key) WHERE idempotency_key IS NOT NULL;
-- The tokens that count for an owner's limits, and their names.
CREATE INDEX {prefix}tokens_standing ON {pat_}tokens (owner, name_folded)
WHERE revoked_at IS NULL AND replaced_at IS NULL AND retires_at IS NULL;
CREATE INDEX {prefix}tokens_by_family ON {pat_}tokens (family);
-- The lists of an administrator.
CREATE INDEX {prefix}tokens_by_creation ON {pat_}tokens (created_at, id);
CREATE INDEX {prefix}tokens_by_expiry ON {pat_}tokens (expires_at, id);
CREATE INDEX {prefix}tokens_by_last_use ON {pat_}tokens (last_used_at, id);
CREATE INDEX {prefix}tokens_by_name ON {pat_}tokens (name_folded, id);
-- Of which it is to be told that they expire soon.
CREATE INDEX {prefix}tokens_notices ON {pat_}tokens (notice_due_at)
WHERE notice_due_at IS NOT NULL AND revoked_at IS NULL AND replaced_at IS NULL AND retires_at IS NULL;
-- What is over, for the removal of records.
CREATE INDEX {prefix}tokens_revoked ON {pat_}tokens (revoked_at) WHERE revoked_at IS NOT NULL;
CREATE INDEX {prefix}tokens_retired ON {pat_}tokens (retires_at) WHERE retires_at IS NOT NULL;
CREATE INDEX {prefix}tokens_replaced ON {pat_}tokens (replaced_at) WHERE retires_at IS NULL AND replaced_at IS NOT NULL;

-- Whose tokens are not accepted, whenever they were made.
CREATE TABLE {pat_}owners (
    owner text COLLATE "C" PRIMARY KEY,
    disabled_at timestamptz NOT NULL CHECK (isfinite(disabled_at))
);

-- One row for each change of a token, written in the change's own transaction, from which other instances learn which
-- cached verdicts are void.
CREATE TABLE {pat_}changes (
    seq bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    -- Rows become visible in the order of the commits, which is not that of seq: who remembers the highest seq loses rows.
    -- A reader takes those that its last snapshot did not show.
    xid xid8 NOT NULL DEFAULT pg_current_xact_id(),
    -- The first 32 bits of the digest, too few to find a token by. NULL: any token may have changed.
    mark bigint CHECK (mark BETWEEN 0 AND 4294967295),
    -- By the clock of the server: only to tell old rows, never to order them.
    changed_at timestamptz NOT NULL DEFAULT clock_timestamp()
);

CREATE INDEX {prefix}changes_by_xid ON {pat_}changes (xid, seq);

-- A database that was restored from a copy gets another generation by hand; a reader that sees it change relies on
-- nothing it has read before.
CREATE TABLE {pat_}change_log (
    only_row integer PRIMARY KEY CHECK (only_row = 1),
    generation uuid NOT NULL,
    -- From which xid on no row was deleted, as a number. One that is still to come here is from before a restoration, and
    -- says nothing.
    kept_from bigint NOT NULL DEFAULT 0
);

INSERT INTO {pat_}change_log (only_row, generation) VALUES (1, gen_random_uuid());

-- Wakes those who read the log, also when somebody writes to it by hand. That one was woken says nothing, and that nobody
-- was woken says nothing either.
CREATE FUNCTION {pat_}announce() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
    PERFORM pg_notify('{channel}', '');
    RETURN NULL;
END
$$;

CREATE TRIGGER {prefix}changes_are_announced AFTER INSERT ON {pat_}changes
FOR EACH STATEMENT EXECUTE FUNCTION {pat_}announce();

-- Removes the oldest rows now and then, those that are older than a day, with the rights of the owner of the tables. Two do
-- not wait for each other. What a long transaction may have kept a reader from going past stays, and so does the last row before
-- that, by which readers know the log again.
CREATE FUNCTION {pat_}prune_changes() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM added WHERE seq % 1000 = 0) THEN
        RETURN NULL;
    END IF;
    IF pg_try_advisory_xact_lock(hashtextextended('tower-pat prunes {channel}', 0)) THEN
        DELETE FROM {pat_}changes WHERE seq IN (
            SELECT seq FROM (
                SELECT seq, changed_at FROM {pat_}changes WHERE xid < pg_snapshot_xmin(pg_current_snapshot())
                ORDER BY xid, seq LIMIT (SELECT 2 * greatest(1000, count(*)) FROM added)
            ) oldest
            WHERE changed_at < clock_timestamp() - interval '1 day' AND seq <> (
                SELECT seq FROM {pat_}changes WHERE xid < pg_snapshot_xmin(pg_current_snapshot())
                ORDER BY xid DESC, seq DESC LIMIT 1
            )
        );
    END IF;
    RETURN NULL;
END
$$;

CREATE TRIGGER {prefix}changes_are_pruned AFTER INSERT ON {pat_}changes REFERENCING NEW TABLE AS added
FOR EACH STATEMENT EXECUTE FUNCTION {pat_}prune_changes();

-- Whoever deletes rows, a reader who has not come so far sees that it has missed some. A row from before a restoration may
-- have an xid that is still to come here: nobody needs it.
CREATE FUNCTION {pat_}note_gap() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE
    known constant xid8 := pg_snapshot_xmax(pg_current_snapshot());
    missed bigint;
BEGIN
    IF TG_OP = 'TRUNCATE' THEN
        missed := known::text::bigint;
    ELSE
        SELECT xid::text::bigint + 1 INTO missed FROM gone WHERE xid < known ORDER BY xid DESC LIMIT 1;
    END IF;
    -- Also where it stays the same: a reader that sees this row unchanged since its last reading has missed nothing since.
    UPDATE {pat_}change_log SET kept_from = CASE WHEN kept_from > known::text::bigint THEN missed
        ELSE greatest(kept_from, missed) END
    WHERE missed IS NOT NULL;
    RETURN NULL;
END
$$;

CREATE TRIGGER {prefix}changes_are_missed AFTER DELETE ON {pat_}changes REFERENCING OLD TABLE AS gone
FOR EACH STATEMENT EXECUTE FUNCTION {pat_}note_gap();
CREATE TRIGGER {prefix}changes_are_all_missed AFTER TRUNCATE ON {pat_}changes
FOR EACH STATEMENT EXECUTE FUNCTION {pat_}note_gap();

-- Triggers call them whoever writes; nobody else is to put them to a table of theirs.
REVOKE EXECUTE ON FUNCTION {pat_}prune_changes(), {pat_}note_gap() FROM PUBLIC;

-- Who did what to which token, in the transaction of the change. Nothing of a secret is in it.
CREATE TABLE {pat_}events (
    number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at timestamptz NOT NULL CHECK (isfinite(at)),
    kind text NOT NULL,
    actor text NOT NULL CHECK (actor IN ('owner', 'administrator', 'token', 'system')),
    -- Which of this sort.
    actor_name text CHECK ((actor_name IS NULL) = (actor = 'system')),
    address text,
    owner text COLLATE "C" NOT NULL,
    -- NULL: all of the owner.
    token uuid,
    -- A list of objects with field, before and after.
    changes jsonb NOT NULL CHECK (jsonb_typeof(changes) = 'array')
);

CREATE INDEX {prefix}events_by_owner ON {pat_}events (owner, number);
CREATE INDEX {prefix}events_by_token ON {pat_}events (token, number);

-- It is only ever added to.
CREATE FUNCTION {pat_}refuse() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
    RAISE EXCEPTION 'the audit is only added to';
END
$$;

CREATE TRIGGER {prefix}events_are_only_added_to BEFORE UPDATE OR DELETE OR TRUNCATE ON {pat_}events
FOR EACH STATEMENT EXECUTE FUNCTION {pat_}refuse();

INSERT INTO {pat_}migrations (number) VALUES (1);
