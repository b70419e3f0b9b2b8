-- What polite polling remembers, and entries that are kept as received until an issue needs their articles.
ALTER TABLE feeds ADD COLUMN failures INTEGER NOT NULL DEFAULT 0;
ALTER TABLE feeds ADD COLUMN failing TEXT;
ALTER TABLE feeds ADD COLUMN unread TEXT;
ALTER TABLE feeds ADD COLUMN due TEXT;
ALTER TABLE feeds ADD COLUMN why TEXT;
ALTER TABLE feeds ADD COLUMN stopped TEXT;
ALTER TABLE feeds ADD COLUMN address TEXT;
ALTER TABLE feeds ADD COLUMN moved_to TEXT;
ALTER TABLE feeds ADD COLUMN moved TEXT;
ALTER TABLE feeds ADD COLUMN moves INTEGER NOT NULL DEFAULT 0;
ALTER TABLE feeds ADD COLUMN title TEXT NOT NULL DEFAULT '';
ALTER TABLE feeds ADD COLUMN licence TEXT;
ALTER TABLE feeds ADD COLUMN period INTEGER NOT NULL DEFAULT 0;
ALTER TABLE feeds ADD COLUMN quiet_hours TEXT NOT NULL DEFAULT '';
ALTER TABLE feeds ADD COLUMN quiet_days TEXT NOT NULL DEFAULT '';

CREATE TABLE sites (
    origin TEXT PRIMARY KEY,
    held_until TEXT,
    "read" TEXT,
    robots TEXT,
    tdmrep TEXT,
    ai TEXT,
    unreadable TEXT,
    reserved TEXT,
    reserved_at TEXT
);

-- article: NULL if the entry is older than Digest's acquaintance with its feed, so that no issue tells it.
-- composed: 1 if the article in `articles` is made of the entry as it is now.
-- page: NULL until its page was asked for, empty if that brought nothing.
-- The long columns stand last, so that a look at the others does not read them.
CREATE TABLE filed (
    feed TEXT NOT NULL,
    guid TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    article TEXT,
    seen TEXT NOT NULL,
    changes INTEGER NOT NULL,
    composed INTEGER NOT NULL,
    outlet TEXT NOT NULL,
    url TEXT,
    title TEXT NOT NULL,
    published TEXT,
    author TEXT,
    language TEXT NOT NULL,
    categories TEXT NOT NULL,
    image TEXT,
    licence TEXT,
    page TEXT,
    html TEXT NOT NULL,
    PRIMARY KEY (feed, guid)
);

INSERT INTO filed
SELECT e.feed, e.guid, '', e.article, a.seen, 0, 1, e.outlet, e.url, e.title, e.published, e.author, e.language, '[]',
    NULL, NULL, NULL, e.html
FROM entries e JOIN articles a ON a.id = e.article;

DROP TABLE entries;
ALTER TABLE filed RENAME TO entries;
CREATE INDEX entries_by_article ON entries (article);
