-- What later issues and lists of many ask of an issue, so that it need not be thawed, and what its last build rendered
-- from what (both JSON). Either may be missing: it is worked out again.
ALTER TABLE issues ADD COLUMN gist TEXT;
ALTER TABLE issues ADD COLUMN made TEXT;
