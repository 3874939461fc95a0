// The database's schema, as numbered steps. A released step is never changed.

/** `PRAGMA application_id` of our files: "Anth". */
export const applicationId = 0x416e7468;

/** Step n migrates a database from version n-1 to n. */
export const migrations: readonly string[] = [
  // 1: events, and the indexes that find them.
  `
  CREATE TABLE meta (
    key   TEXT PRIMARY KEY,
    value INTEGER NOT NULL
  ) WITHOUT ROWID;

  -- A combination of type and tags, in the form of the line protocol. They repeat, so events refer to them by id.
  CREATE TABLE series (
    id    INTEGER PRIMARY KEY,
    text  TEXT NOT NULL UNIQUE,
    type  TEXT NOT NULL,
    -- Events of it that series_time holds.
    count INTEGER NOT NULL DEFAULT 0
  );
  CREATE INDEX series_by_type ON series (type);

  -- kind 0: the type, where Graphite's view shows it among the tags. kind 1: a tag.
  CREATE TABLE series_tag (
    tag    TEXT NOT NULL,
    kind   INTEGER NOT NULL,
    series INTEGER NOT NULL REFERENCES series (id),
    PRIMARY KEY (tag, kind, series)
  ) WITHOUT ROWID;

  -- time: milliseconds since the epoch. hash: of the description; the next free number where two texts share one.
  CREATE TABLE events (
    id          INTEGER PRIMARY KEY,
    time        INTEGER NOT NULL,
    series      INTEGER NOT NULL REFERENCES series (id),
    hash        INTEGER NOT NULL,
    description TEXT NOT NULL
  );
  CREATE UNIQUE INDEX events_by_time ON events (time, series, hash);

  -- Follows events in the background: contains the events with an id up to meta 'series_time_upto'.
  CREATE TABLE series_time (
    series INTEGER NOT NULL,
    time   INTEGER NOT NULL,
    id     INTEGER NOT NULL,
    PRIMARY KEY (series, time, id)
  ) WITHOUT ROWID;

  -- Rejected lines, until somebody corrects or deletes them.
  CREATE TABLE rejects (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    received_at INTEGER NOT NULL,
    door        TEXT NOT NULL,
    peer        TEXT NOT NULL,
    code        TEXT NOT NULL,
    message     TEXT NOT NULL,
    line        BLOB NOT NULL
  );

  INSERT INTO meta (key, value) VALUES
    ('hash_seed', random() >> 33),
    ('series_time_upto', 0),
    ('rejects_forgotten', 0);
  `,
  // 2: tokens. Revoked tokens stay: once a token was created, the doors must never open again automatically.
  `
  CREATE TABLE tokens (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    name       TEXT NOT NULL,
    roles      TEXT NOT NULL,
    -- SHA-256 of the secret, which is nowhere.
    hash       BLOB NOT NULL UNIQUE,
    created_at INTEGER NOT NULL,
    revoked_at INTEGER
  );
  CREATE UNIQUE INDEX tokens_by_name ON tokens (name) WHERE revoked_at IS NULL;
  `,
  // 3: text search, and events that are changed and deleted.
  `
  -- The words of each event's type, tags and description. Follows events in the background: up to meta 'search_upto'.
  CREATE VIRTUAL TABLE search USING fts5 (words, content = '', contentless_delete = 1, detail = none, tokenize = 'ascii');

  -- Former fields of changed or deleted events: the same line, sent again, is still a duplicate.
  CREATE TABLE former (
    time        INTEGER NOT NULL,
    series      INTEGER NOT NULL REFERENCES series (id),
    hash        INTEGER NOT NULL,
    event       INTEGER NOT NULL,
    description TEXT NOT NULL
  );
  CREATE INDEX former_by_time ON former (time, series, hash);
  CREATE INDEX former_by_event ON former (event);

  -- The history of changes. before and after: JSON of time, type, tags and description; null if the event did not exist.
  CREATE TABLE history (
    id     INTEGER PRIMARY KEY AUTOINCREMENT,
    event  INTEGER NOT NULL,
    at     INTEGER NOT NULL,
    who    TEXT,
    before TEXT,
    after  TEXT
  );
  CREATE INDEX history_by_event ON history (event);

  INSERT INTO meta (key, value) VALUES ('search_upto', 0);
  `,
  // 4: which server writes. A server that finds the mark of another stops before it acknowledges anything.
  `
  CREATE TABLE writer (
    id   INTEGER PRIMARY KEY CHECK (id = 1),
    -- Random, new with every start of a server.
    mark BLOB NOT NULL
  );
  `,
  // 5: former fields of events are stored once. They make the same event, sent again, a duplicate, as the table
  // 'former' did.
  `
  ALTER TABLE history RENAME TO old_history;
  DROP INDEX history_by_event;

  CREATE TABLE history (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    event       INTEGER NOT NULL,
    at          INTEGER NOT NULL,
    who         TEXT,
    -- The event before; null where it was restored. After it is what the event, or its next change, has.
    time        INTEGER,
    series      INTEGER REFERENCES series (id),
    -- Of the description.
    hash        INTEGER,
    description TEXT,
    is_deletion INTEGER NOT NULL
  );

  INSERT INTO history
  SELECT old.id, event, at, who, time_of_json(before), series.id,
    content_hash(description_of_json(before), (SELECT value FROM meta WHERE key = 'hash_seed')),
    description_of_json(before), after IS NULL
  FROM old_history AS old JOIN series ON series.text = series_of_json(before) WHERE before IS NOT NULL;

  INSERT INTO history (id, event, at, who, is_deletion)
  SELECT id, event, at, who, 0 FROM old_history WHERE before IS NULL;

  CREATE INDEX history_by_event ON history (event);
  CREATE INDEX history_by_former ON history (time, series, hash) WHERE time IS NOT NULL;
  DROP TABLE old_history;
  DROP TABLE former;
  `,
  // 6: marks, and their spans. The first transaction of a writer fills the tables: see MarkTable.
  `
  -- The group of marks that may belong to one span: a stem, or a word and a key.
  CREATE TABLE mark_group (
    id   INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE
  );

  CREATE TABLE mark (
    -- The event's.
    id     INTEGER PRIMARY KEY,
    grp    INTEGER NOT NULL REFERENCES mark_group (id),
    time   INTEGER NOT NULL,
    -- 0 start, 1 detected, 2 end, 3 update.
    role   INTEGER NOT NULL,
    series INTEGER NOT NULL REFERENCES series (id)
  );
  CREATE UNIQUE INDEX mark_by_time ON mark (grp, time, id, series);
  CREATE INDEX mark_by_role ON mark (grp, role, time, id, series);

  CREATE TABLE span (
    -- Of the event that marks its start, or else of its first mark.
    id         INTEGER PRIMARY KEY,
    grp        INTEGER NOT NULL REFERENCES mark_group (id),
    -- Its first mark.
    first_time INTEGER NOT NULL,
    first_id   INTEGER NOT NULL,
    -- It is shorter than 2 to the power of its level, in milliseconds; 64 while it is open.
    level      INTEGER NOT NULL,
    -- The mark that it has its id from.
    series     INTEGER NOT NULL REFERENCES series (id),
    begins     INTEGER NOT NULL,
    ends       INTEGER,
    scale      INTEGER NOT NULL,
    severity   INTEGER,
    origin     INTEGER,
    mark_count INTEGER NOT NULL,
    facts      TEXT NOT NULL
  );
  CREATE INDEX span_by_group ON span (grp, first_time, first_id, mark_count);
  CREATE INDEX span_by_begin ON span (begins, id);
  CREATE INDEX span_by_level ON span (level, begins, id, ends);
  CREATE INDEX span_by_series ON span (series, begins);
  CREATE INDEX span_by_scale ON span (scale, begins, id, origin);

  INSERT INTO meta (key, value) VALUES ('mark_rules', 0);
  `,
  // 7: keys, by which senders identify events independently of their fields.
  `
  CREATE TABLE event_key (
    -- Who chose the key.
    source TEXT NOT NULL,
    key    TEXT NOT NULL,
    -- The event may be deleted: its key stays.
    event  INTEGER NOT NULL,
    PRIMARY KEY (source, key)
  ) WITHOUT ROWID;
  CREATE INDEX event_key_by_event ON event_key (event);
  `,
  // 8: kept counts. The writer fills the table in the background: see HourCountTable.
  `
  -- Number of events in each hour for each series. Contains the events with an id up to meta 'counts_upto'.
  CREATE TABLE hour_count (
    -- The hour since the epoch times 2 to the power of 24, plus the number of the block of 4096 series.
    place  INTEGER PRIMARY KEY,
    counts BLOB NOT NULL
  );

  INSERT INTO meta (key, value) VALUES ('counts_upto', 0);
  `,
  // 9: targets, to which events are sent.
  `
  CREATE TABLE target (
    name          TEXT PRIMARY KEY,
    -- The positions of live streams after the last message that was sent.
    position      TEXT NOT NULL,
    span_position TEXT NOT NULL,
    failing_since INTEGER,
    -- Undelivered messages that were dropped.
    forgotten     INTEGER NOT NULL DEFAULT 0
  ) WITHOUT ROWID;

  -- The ids that targets gave to events and spans, such as those of annotations.
  CREATE TABLE target_remote (
    target  TEXT NOT NULL,
    subject TEXT NOT NULL,
    remote  INTEGER NOT NULL,
    PRIMARY KEY (target, subject)
  ) WITHOUT ROWID;

  -- Messages that could not be delivered, until they are sent again.
  CREATE TABLE undelivered (
    id      INTEGER PRIMARY KEY AUTOINCREMENT,
    target  TEXT NOT NULL,
    at      INTEGER NOT NULL,
    title   TEXT NOT NULL,
    why     TEXT NOT NULL,
    message TEXT NOT NULL
  );
  CREATE INDEX undelivered_by_target ON undelivered (target);
  `,
];

/** The schema version that this program writes. */
export const schemaVersion = migrations.length;
