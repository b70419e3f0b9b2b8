-- Times are UTC in ISO 8601 with six decimals and +00:00, so that they sort as text.
CREATE TABLE feeds (
    url TEXT PRIMARY KEY,
    etag TEXT,
    last_modified TEXT,
    body_sha256 TEXT,
    tried TEXT,
    ok TEXT,
    failure TEXT
);

CREATE TABLE texts (
    sha256 TEXT PRIMARY KEY,
    text TEXT NOT NULL
);

CREATE TABLE articles (
    id TEXT PRIMARY KEY,
    outlet TEXT NOT NULL,
    title TEXT NOT NULL,
    url TEXT,
    published TEXT,
    day_only INTEGER NOT NULL,
    author TEXT,
    language TEXT NOT NULL,
    sha256 TEXT NOT NULL REFERENCES texts (sha256),
    sentences TEXT NOT NULL,
    seen TEXT NOT NULL
);

CREATE INDEX articles_by_published ON articles (published);
CREATE INDEX articles_by_seen ON articles (seen);

CREATE TABLE entries (
    feed TEXT NOT NULL,
    guid TEXT NOT NULL,
    outlet TEXT NOT NULL,
    url TEXT,
    title TEXT NOT NULL,
    html TEXT NOT NULL,
    published TEXT,
    author TEXT,
    language TEXT NOT NULL,
    article TEXT NOT NULL REFERENCES articles (id),
    PRIMARY KEY (feed, guid)
);

CREATE INDEX entries_by_article ON entries (article);

CREATE TABLE issues (
    edition TEXT NOT NULL,
    id TEXT NOT NULL,
    number INTEGER NOT NULL,
    at TEXT NOT NULL,
    frozen TEXT NOT NULL,
    PRIMARY KEY (edition, id),
    UNIQUE (edition, number)
);
