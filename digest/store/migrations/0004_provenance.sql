-- The licence that an article's entry, or its feed, names for it; and what an issue was made of, and with (JSON).
ALTER TABLE articles ADD COLUMN licence TEXT;
ALTER TABLE issues ADD COLUMN manifest TEXT;

UPDATE articles SET licence = (SELECT min(e.licence) FROM entries e WHERE e.article = articles.id);
