-- The licence that an article's entry, or its feed, names for it.
ALTER TABLE articles ADD COLUMN licence TEXT;

UPDATE articles SET licence = (SELECT min(e.licence) FROM entries e WHERE e.article = articles.id);
