-- What articles are filed under (a JSON list), and whom they, or their entries' feeds, name as their source.
ALTER TABLE articles ADD COLUMN categories TEXT NOT NULL DEFAULT '[]';
ALTER TABLE articles ADD COLUMN credit TEXT;
ALTER TABLE articles ADD COLUMN credit_how TEXT;
ALTER TABLE entries ADD COLUMN source TEXT;
