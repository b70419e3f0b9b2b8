-- People who subscribe, what was sent to whom, and when editions run. Addresses stand in subscribers, and in asks
-- until those are answered; everywhere else is their key.
CREATE TABLE subscribers (
  id TEXT PRIMARY KEY,
  edition TEXT NOT NULL,
  address TEXT NOT NULL,
  key TEXT NOT NULL,
  domain TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('pending', 'active', 'left', 'bounced', 'complained')),
  created TEXT NOT NULL,
  language TEXT,
  topics TEXT NOT NULL,
  confirmed TEXT,
  ended TEXT,
  consent TEXT,
  asked INTEGER NOT NULL,
  asked_at TEXT,
  bounces INTEGER NOT NULL,
  UNIQUE (edition, key)
);

-- What a form has taken and nobody has seen to yet: an answer to it is a mail, and it is gone when that is out.
CREATE TABLE asks (
  id TEXT PRIMARY KEY,
  edition TEXT NOT NULL,
  address TEXT NOT NULL,
  key TEXT NOT NULL,
  language TEXT,
  topics TEXT NOT NULL,
  consent TEXT NOT NULL,
  at TEXT NOT NULL,
  due TEXT NOT NULL,
  answer TEXT CHECK (answer IN ('confirm', 'already'))
);

-- An empty edition stands for all of them.
CREATE TABLE suppressions (
  key TEXT NOT NULL,
  edition TEXT NOT NULL,
  reason TEXT NOT NULL CHECK (reason IN ('left', 'bounced', 'complained', 'erased', 'removed')),
  at TEXT NOT NULL,
  PRIMARY KEY (key, edition)
);

CREATE TABLE mailings (
  edition TEXT NOT NULL,
  issue TEXT NOT NULL,
  message TEXT NOT NULL,
  opened TEXT NOT NULL,
  deadline TEXT NOT NULL,
  closed TEXT,
  paused TEXT,
  PRIMARY KEY (edition, issue)
);

-- Its message for those who have chosen topics; without one, there is nothing of these in the issue.
CREATE TABLE versions (
  edition TEXT NOT NULL,
  issue TEXT NOT NULL,
  topics TEXT NOT NULL,
  message TEXT,
  PRIMARY KEY (edition, issue, topics)
);

-- How the deliveries of a mailing stand, and who sends it until when. The database refuses counts that do not add up.
CREATE TABLE tallies (
  edition TEXT NOT NULL,
  issue TEXT NOT NULL,
  recipients INTEGER NOT NULL,
  pending INTEGER NOT NULL CHECK (pending >= 0),
  sending INTEGER NOT NULL CHECK (sending >= 0),
  sent INTEGER NOT NULL CHECK (sent >= 0),
  failed INTEGER NOT NULL CHECK (failed >= 0),
  skipped INTEGER NOT NULL CHECK (skipped >= 0),
  uncertain INTEGER NOT NULL CHECK (uncertain >= 0),
  holder TEXT,
  lease TEXT,
  PRIMARY KEY (edition, issue),
  CHECK (recipients = pending + sending + sent + failed + skipped + uncertain)
);

-- How far a journal beside the database is known here.
CREATE TABLE journals (
  id TEXT PRIMARY KEY,
  position INTEGER NOT NULL
);

CREATE TABLE deliveries (
  edition TEXT NOT NULL,
  issue TEXT NOT NULL,
  subscriber TEXT NOT NULL,
  key TEXT NOT NULL,
  domain TEXT NOT NULL,
  topics TEXT NOT NULL DEFAULT '',
  state TEXT NOT NULL CHECK (state IN ('pending', 'sending', 'sent', 'failed', 'skipped', 'uncertain')),
  at TEXT NOT NULL,
  due TEXT,
  attempts INTEGER NOT NULL,
  code INTEGER,
  reply TEXT NOT NULL,
  PRIMARY KEY (edition, issue, subscriber),
  UNIQUE (edition, issue, key)
);
CREATE INDEX deliveries_open ON deliveries (edition, issue, state, due);

-- Who takes a turn, until when. A lease of a turn that failed is when it is tried again.
CREATE TABLE slots (
  edition TEXT NOT NULL,
  id TEXT NOT NULL,
  due TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('running', 'done', 'skipped', 'failed')),
  started TEXT NOT NULL,
  finished TEXT,
  issue TEXT,
  note TEXT NOT NULL,
  holder TEXT,
  lease TEXT,
  PRIMARY KEY (edition, id)
);

-- A draft has its issue and its manifest; they are gone from here as soon as it has gone out, or will not.
CREATE TABLE reviews (
  edition TEXT NOT NULL,
  issue TEXT NOT NULL,
  verdict TEXT NOT NULL CHECK (verdict IN ('draft', 'approved', 'rejected')),
  asked TEXT NOT NULL,
  until TEXT,
  decided TEXT,
  frozen TEXT,
  manifest TEXT,
  PRIMARY KEY (edition, issue)
);

-- How often something was asked for in a stretch of time, so that a form cannot be used to flood a mailbox.
CREATE TABLE limits (
  name TEXT NOT NULL,
  stretch TEXT NOT NULL,
  count INTEGER NOT NULL,
  PRIMARY KEY (name, stretch)
);

-- When each stage last went well.
CREATE TABLE health (
  stage TEXT PRIMARY KEY,
  at TEXT NOT NULL,
  note TEXT NOT NULL
);
