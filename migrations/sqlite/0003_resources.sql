-- On what a token may be used, one pattern a line. NULL means on everything, as for tokens from before this migration.
-- An empty text is nothing, not everything.
ALTER TABLE pat_tokens ADD COLUMN resources TEXT;
