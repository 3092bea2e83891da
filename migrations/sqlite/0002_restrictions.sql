-- When a token is not accepted although it is neither expired nor revoked, and from where and for whom it is. In each
-- column NULL means that there is no such restriction; a token from before this migration has none.

-- The first instant at which the token is accepted.
ALTER TABLE pat_tokens ADD COLUMN not_before INTEGER;
ALTER TABLE pat_tokens ADD COLUMN paused_at INTEGER;
ALTER TABLE pat_tokens ADD COLUMN owner_disabled_at INTEGER;
-- In CIDR notation, separated by one space. An empty text is no network, not any.
ALTER TABLE pat_tokens ADD COLUMN networks TEXT;
-- Separated by one space. An empty text is no audience, not any.
ALTER TABLE pat_tokens ADD COLUMN audiences TEXT;
