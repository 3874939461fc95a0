// The schema in PostgreSQL, as numbered steps. A released step is never changed.

/** SQLSTATE of `require_state` when a newer program has migrated the schema. */
export const newerSchemaState = 'AN001';
/** SQLSTATE of `require_state` when names were removed since they were read. */
export const removedNamesState = 'AN002';

/**
 * Step n migrates a schema from version n-1 to n. `schema` is a quoted name. All texts are encoded by `encodeText`, and compared
 * byte by byte, as SQLite does.
 */
export const migrations: readonly ((schema: string) => string)[] = [
  (schema) => {
    const text = 'text COLLATE "C"';
    return `
  -- Numbers by name. None changes with every commit: while somebody reads an earlier state, its versions would pile up.
  CREATE TABLE ${schema}.meta (
    key   ${text} PRIMARY KEY,
    value bigint NOT NULL
  );

  -- Moved under the lock of order, so that ids are in the order of commits.
  CREATE SEQUENCE ${schema}.event_id MINVALUE 0 START 0;

  -- A combination of type and tags, in the form of the line protocol. Its text may be too long for an index.
  CREATE TABLE ${schema}.series (
    id     integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    digest uuid NOT NULL UNIQUE,
    type   ${text} NOT NULL,
    text   ${text} NOT NULL,
    -- Events of it with an id up to meta 'counts_upto'.
    count  bigint NOT NULL DEFAULT 0
  ) WITH (fillfactor = 80);
  CREATE INDEX series_by_type ON ${schema}.series (type);

  -- kind 0: the type, where Graphite's view shows it among the tags. kind 1: a tag.
  CREATE TABLE ${schema}.series_tag (
    tag    ${text} NOT NULL,
    kind   smallint NOT NULL,
    series integer NOT NULL,
    PRIMARY KEY (tag, kind, series)
  );

  -- time: milliseconds since the epoch. digest: of series and description. day: of the time.
  CREATE TABLE ${schema}.events (
    id          bigint NOT NULL,
    time        bigint NOT NULL,
    digest      uuid NOT NULL,
    series      integer NOT NULL,
    day         integer NOT NULL,
    description ${text} NOT NULL,
    PRIMARY KEY (id, day)
  );
  CREATE UNIQUE INDEX events_by_time ON ${schema}.events (time, digest, day) INCLUDE (series, id);
  CREATE INDEX events_by_series ON ${schema}.events (series, time, id);

  -- The words of each event; null if they are too long for a vector.
  CREATE TABLE ${schema}.words (
    time   bigint NOT NULL,
    digest uuid NOT NULL,
    day    integer NOT NULL,
    words  tsvector,
    PRIMARY KEY (time, digest, day)
  );
  CREATE INDEX words_by_word ON ${schema}.words USING gin (words);
  CREATE INDEX words_without ON ${schema}.words (time) WHERE words IS NULL;

  -- The history of changes, which makes former versions of events duplicates.
  CREATE TABLE ${schema}.history (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    event       bigint NOT NULL,
    at          bigint NOT NULL,
    who         ${text},
    -- The event before; null where it was restored. After it is what the event, or its next change, has.
    time        bigint,
    series      integer,
    digest      uuid,
    description ${text},
    is_deletion smallint NOT NULL
  );
  CREATE INDEX history_by_event ON ${schema}.history (event);
  CREATE INDEX history_by_former ON ${schema}.history (time, digest) WHERE time IS NOT NULL;
  CREATE INDEX history_by_series ON ${schema}.history (series) WHERE time IS NOT NULL;

  -- Keys, by which senders identify events independently of their fields. The event may be deleted: its key stays.
  CREATE TABLE ${schema}.event_key (
    source ${text} NOT NULL,
    key    ${text} NOT NULL,
    event  bigint NOT NULL,
    PRIMARY KEY (source, key)
  );
  CREATE INDEX event_key_by_event ON ${schema}.event_key (event);

  -- The group of marks that may belong to one span: a stem, or a word and a key.
  CREATE TABLE ${schema}.mark_group (
    id   integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name ${text} NOT NULL UNIQUE
  );

  CREATE TABLE ${schema}.mark (
    -- The event's.
    id     bigint PRIMARY KEY,
    grp    integer NOT NULL,
    time   bigint NOT NULL,
    -- 0 start, 1 detected, 2 end.
    role   smallint NOT NULL,
    series integer NOT NULL
  );
  CREATE UNIQUE INDEX mark_by_time ON ${schema}.mark (grp, time, id) INCLUDE (role, series);
  CREATE INDEX mark_by_role ON ${schema}.mark (grp, role, time, id) INCLUDE (series);

  CREATE TABLE ${schema}.span (
    -- Of the event that marks its start, or else of its first mark.
    id         bigint PRIMARY KEY,
    grp        integer NOT NULL,
    -- Its first mark.
    first_time bigint NOT NULL,
    first_id   bigint NOT NULL,
    -- It is shorter than 2 to the power of its level, in milliseconds; 64 while it is open.
    level      smallint NOT NULL,
    -- The mark that it has its id from.
    series     integer NOT NULL,
    begins     bigint NOT NULL,
    ends       bigint,
    scale      smallint NOT NULL,
    severity   smallint,
    origin     smallint,
    mark_count integer NOT NULL,
    facts      ${text} NOT NULL
  );
  CREATE INDEX span_by_group ON ${schema}.span (grp, first_time, first_id) INCLUDE (mark_count);
  CREATE INDEX span_by_begin ON ${schema}.span (begins, id);
  CREATE INDEX span_by_level ON ${schema}.span (level, begins, id) INCLUDE (ends);
  CREATE INDEX span_by_series ON ${schema}.span (series, begins);
  CREATE INDEX span_by_scale ON ${schema}.span (scale, begins, id) INCLUDE (origin);

  -- Number of events in each hour for each series. Contains the events with an id up to meta 'counts_upto'.
  CREATE TABLE ${schema}.hour_count (
    -- The hour since the epoch times 2 to the power of 24, plus the number of the block of 4096 series.
    place  bigint PRIMARY KEY,
    counts bytea NOT NULL
  );

  -- Rejected lines, until somebody corrects or deletes them.
  CREATE TABLE ${schema}.rejects (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    received_at bigint NOT NULL,
    door        ${text} NOT NULL,
    peer        ${text} NOT NULL,
    code        ${text} NOT NULL,
    message     ${text} NOT NULL,
    line        bytea NOT NULL
  );

  -- Revoked tokens stay: once a token was created, the doors must never open again automatically.
  CREATE TABLE ${schema}.tokens (
    id         integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name       ${text} NOT NULL,
    roles      ${text} NOT NULL,
    -- SHA-256 of the secret, which is nowhere.
    hash       bytea NOT NULL UNIQUE,
    created_at bigint NOT NULL,
    revoked_at bigint
  );
  CREATE UNIQUE INDEX tokens_by_name ON ${schema}.tokens (name) WHERE revoked_at IS NULL;

  -- Targets, to which events are sent.
  CREATE TABLE ${schema}.target (
    name          ${text} PRIMARY KEY,
    -- The positions of live streams after the last message that was sent.
    position      ${text} NOT NULL,
    span_position ${text} NOT NULL,
    failing_since bigint,
    -- Undelivered messages that were dropped.
    forgotten     bigint NOT NULL DEFAULT 0
  );

  -- The ids that targets gave to events and spans, such as those of annotations.
  CREATE TABLE ${schema}.target_remote (
    target  ${text} NOT NULL,
    subject ${text} NOT NULL,
    remote  bigint NOT NULL,
    PRIMARY KEY (target, subject)
  );

  -- Messages that could not be delivered, until they are sent again. events: the ids of all events in the message.
  CREATE TABLE ${schema}.undelivered (
    id      bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    target  ${text} NOT NULL,
    at      bigint NOT NULL,
    title   ${text} NOT NULL,
    why     ${text} NOT NULL,
    message ${text} NOT NULL,
    events  bigint[] NOT NULL
  );
  CREATE INDEX undelivered_by_target ON ${schema}.undelivered (target, id);

  INSERT INTO ${schema}.meta (key, value) VALUES
    ('schema', 0), ('names_version', 0), ('tokens_version', 0), ('counts_upto', 0), ('mark_rules', 1),
    ('rejects', 0), ('reject_bytes', 0), ('rejects_forgotten', 0);

  -- Fails when a newer program has migrated the schema, or when names were removed since a program has read them.
  CREATE FUNCTION ${schema}.require_state(known integer, names bigint) RETURNS void LANGUAGE plpgsql AS $$
  DECLARE
    found bigint;
  BEGIN
    SELECT value INTO found FROM ${schema}.meta WHERE key = 'schema';
    IF found IS DISTINCT FROM known THEN
      RAISE EXCEPTION '%', found USING ERRCODE = '${newerSchemaState}';
    END IF;
    SELECT value INTO found FROM ${schema}.meta WHERE key = 'names_version';
    IF found IS DISTINCT FROM names THEN
      RAISE EXCEPTION '%', found USING ERRCODE = '${removedNamesState}';
    END IF;
  END $$;

  -- Deletes the oldest rejected lines beyond two limits.
  CREATE FUNCTION ${schema}.trim_rejects(max_lines bigint, max_bytes bigint) RETURNS void LANGUAGE plpgsql AS $$
  DECLARE
    lines bigint;
    bytes bigint;
    forgotten bigint := 0;
    one record;
  BEGIN
    SELECT value INTO lines FROM ${schema}.meta WHERE key = 'rejects';
    SELECT value INTO bytes FROM ${schema}.meta WHERE key = 'reject_bytes';
    FOR one IN SELECT id, octet_length(line) AS size FROM ${schema}.rejects ORDER BY id LOOP
      EXIT WHEN lines <= max_lines AND bytes <= max_bytes;
      DELETE FROM ${schema}.rejects WHERE id = one.id;
      lines := lines - 1;
      bytes := bytes - one.size;
      forgotten := forgotten + 1;
    END LOOP;
    IF forgotten > 0 THEN
      UPDATE ${schema}.meta SET value = lines WHERE key = 'rejects';
      UPDATE ${schema}.meta SET value = bytes WHERE key = 'reject_bytes';
      UPDATE ${schema}.meta SET value = value + forgotten WHERE key = 'rejects_forgotten';
    END IF;
  END $$;
  `;
  },
];

/** The schema version that this program writes. */
export const schemaVersion = migrations.length;
