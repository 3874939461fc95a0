// Commits a batch of events: in one flight, whose end excludes the other servers, so that ids are in the order of commits.

import type { BatchReceipt, EventBatch, EventKey } from '../event-batch';
import { canBeMark } from '../marks/mark-series';
import { byteaArray, int4Array, int8Array, plainTextArray, textArray, uuidArray } from './arrays';
import type { Answer, Connection, Statement } from './connection';
import { dayOf, eventDigest } from './digest';
import { MarkChanges } from './marks';
import { schemaVersion } from './migrations';
import { lockSql } from './schema';
import type { SeriesTable } from './series-table';
import { begin, commit, flyAndCommit } from './sessions';
import { toVector, wordsOfSeries } from './word-vector';

/** The limits of stored rejected lines. */
export interface RejectLimits {
  /** Maximum number of rejected lines; beyond it the oldest are deleted and counted. */
  readonly maxRejects: number;
  /** Maximum bytes of rejected lines. */
  readonly maxRejectBytes: number;
}

/** The different events of a batch, as columns, in the order they came. */
interface Columns {
  readonly times: number[];
  readonly digests: Buffer[];
  readonly seriesIds: number[];
  readonly series: string[];
  readonly descriptions: string[];
}

type InsertAnswer = readonly [base: number, count: number, fresh: string | null];

export class Append {
  readonly #schema: string;
  readonly #series: SeriesTable;
  readonly #limits: RejectLimits;

  constructor(schema: string, series: SeriesTable, limits: RejectLimits) {
    this.#schema = schema;
    this.#series = series;
    this.#limits = limits;
  }

  /** Commits a batch. `isRepeat` when an earlier attempt may have been committed. */
  async run(connection: Connection, batch: EventBatch, isRepeat: boolean): Promise<BatchReceipt> {
    const version = await this.#series.version(connection);
    const seriesIds = await this.#series.idsOf(connection, batch.series);
    const digests = batch.series.map((text, i) => eventDigest(text, batch.descriptions[i] as string));
    const keyed = batch.keys;
    const require = requireState(this.#schema, version);
    if (keyed !== undefined && keyed.size > 0) {
      return this.#runKeyed(connection, { batch, digests, seriesIds, require, isRepeat }, keyed);
    }
    const all = Array.from(batch.times.keys());
    const { columns, places } = fold(batch, digests, seriesIds, all);
    const statements = [begin];
    if (columns.times.length > 0) {
      statements.push({ text: lockSql(this.#schema, 'words', 'shared') }, this.#insertWords(columns));
    }
    statements.push({ text: lockSql(this.#schema, 'order', 'exclusive') }, require);
    const insertAt = statements.length;
    if (columns.times.length > 0) statements.push(this.#insertEvents(columns));
    statements.push(...this.#insertRejects(batch, isRepeat));
    const hasMarks = columns.series.some(canBeMark);
    const answers = hasMarks
      ? await connection.flight(statements)
      : await flyAndCommit(connection, [...statements, commit]);
    const inserted = insertedIds(columns, answers[insertAt]);
    if (hasMarks) await this.#commitMarks(connection, columns, inserted);
    const ids = await this.#knownIds(connection, columns, inserted, true);
    return toReceipt(batch, places, ids, inserted);
  }

  // The events of known keys are not inserted, which is known only under the locks. No other server appends at that time.
  async #runKeyed(
    connection: Connection,
    {
      batch,
      digests,
      seriesIds,
      require,
      isRepeat,
    }: {
      batch: EventBatch;
      digests: readonly Buffer[];
      seriesIds: ReadonlyMap<string, number>;
      require: Statement;
      isRepeat: boolean;
    },
    keys: ReadonlyMap<number, EventKey>,
  ): Promise<BatchReceipt> {
    const sorted = [...keys].sort(([one], [other]) => one - other);
    const sources = textArray(sorted.map(([, { source }]) => source));
    const names = textArray(sorted.map(([, { key }]) => key));
    const answers = await connection.flight([
      begin,
      ...exclusion(this.#schema),
      require,
      {
        text: `SELECT given.place, event_key.event
               FROM unnest($1::text[], $2::text[]) WITH ORDINALITY AS given (source, key, place)
               JOIN ${this.#schema}.event_key ON event_key.source = given.source AND event_key.key = given.key`,
        values: [sources, names],
      },
    ]);
    const events = new Map(answers.at(-1)?.rows as readonly (readonly [number, number])[]);
    const known = new Map<number, number>();
    const firsts = new Map<string, number>();
    const repeats = new Map<number, number>();
    for (const [at, [place, { source, key }]] of sorted.entries()) {
      const event = events.get(at + 1);
      const name = JSON.stringify([source, key]);
      const first = firsts.get(name);
      if (event !== undefined) known.set(place, event);
      else if (first === undefined) firsts.set(name, place);
      else repeats.set(place, first);
    }
    const rest = Array.from(batch.times.keys()).filter((i) => !known.has(i) && !repeats.has(i));
    const { columns, places } = fold(batch, digests, seriesIds, rest);
    let inserted: readonly (number | null)[] = [];
    let ids: readonly number[] = [];
    if (columns.times.length > 0) {
      const [, answer] = await connection.flight([this.#insertWords(columns), this.#insertEvents(columns)]);
      inserted = insertedIds(columns, answer);
      ids = await this.#knownIds(connection, columns, inserted, false);
    }
    const receipt = toReceipt(batch, places, ids, inserted);
    for (const [place, id] of known) receipt.ids[place] = id;
    for (const [place, first] of repeats) receipt.ids[place] = receipt.ids[first] as number;
    const bound = [...firsts.values()].map((place) => ({ place, ...(keys.get(place) as EventKey) }));
    await connection.flight([
      {
        text: `INSERT INTO ${this.#schema}.event_key (source, key, event)
               SELECT * FROM unnest($1::text[], $2::text[], $3::bigint[])`,
        values: [
          textArray(bound.map(({ source }) => source)),
          textArray(bound.map(({ key }) => key)),
          int8Array(bound.map(({ place }) => receipt.ids[place] as number)),
        ],
      },
      ...this.#insertRejects(batch, isRepeat),
    ]);
    await this.#commitMarks(connection, columns, inserted);
    return receipt;
  }

  async #commitMarks(
    connection: Connection,
    { times, series, seriesIds }: Columns,
    inserted: readonly (number | null)[],
  ): Promise<void> {
    const marks = new MarkChanges(this.#schema, this.#series);
    for (const [at, id] of inserted.entries()) {
      const [time, text, seriesId] = [times[at] as number, series[at] as string, seriesIds[at] as number];
      if (id !== null) marks.add({ id, time, series: text, seriesId });
    }
    await flyAndCommit(connection, [...(await marks.settle(connection)), commit]);
  }

  // Sorted, so that servers with the same events wait for each other, and never in a circle.
  #insertWords({ times, digests, series, descriptions }: Columns): Statement {
    const order = Array.from(times.keys()).sort((one, other) =>
      (digests[one] as Buffer).compare(digests[other] as Buffer),
    );
    const wordsOf = new Map<string, readonly string[]>();
    const vectors = order.map((at) => {
      const text = series[at] as string;
      let words = wordsOf.get(text);
      if (words === undefined) {
        words = wordsOfSeries(text);
        wordsOf.set(text, words);
      }
      return toVector(words, descriptions[at] as string);
    });
    return {
      text: `INSERT INTO ${this.#schema}.words (time, digest, day, words)
             SELECT time, digest, day, words::tsvector
             FROM unnest($1::bigint[], $2::uuid[], $3::int[], $4::text[]) AS given (time, digest, day, words)
             ON CONFLICT DO NOTHING`,
      values: [
        int8Array(order.map((at) => times[at] as number)),
        uuidArray(order.map((at) => digests[at] as Buffer)),
        int4Array(order.map((at) => dayOf(times[at] as number))),
        plainTextArray(vectors),
      ],
    };
  }

  // The sequence moves to the last id that is used, so that known events use none at the end. Answers the number before the
  // first id, how many events are new, and their places unless all are.
  #insertEvents({ times, digests, seriesIds, descriptions }: Columns): Statement {
    const schema = this.#schema;
    return {
      text: `WITH base AS MATERIALIZED (SELECT last_value AS id FROM ${schema}.event_id),
        fresh AS (
          INSERT INTO ${schema}.events (id, time, digest, series, day, description)
          SELECT base.id + given.place, given.time, given.digest, given.series, given.day, given.description
          FROM base, unnest($1::bigint[], $2::uuid[], $3::int[], $4::int[], $5::text[])
            WITH ORDINALITY AS given (time, digest, series, day, description, place)
          WHERE NOT EXISTS (
            SELECT FROM ${schema}.history WHERE history.time = given.time AND history.digest = given.digest
          )
          ORDER BY given.place
          ON CONFLICT DO NOTHING RETURNING id
        )
        SELECT (SELECT id FROM base), count(*),
          CASE WHEN count(*) < ${times.length} THEN json_agg(fresh.id - (SELECT id FROM base))::text END,
          setval('${schema}.event_id', max(fresh.id))
        FROM fresh`,
      values: [
        int8Array(times),
        uuidArray(digests),
        int4Array(seriesIds),
        int4Array(times.map(dayOf)),
        textArray(descriptions),
      ],
    };
  }

  #insertRejects({ rejects }: EventBatch, isRepeat: boolean): Statement[] {
    if (rejects.length === 0) return [];
    const { maxRejects, maxRejectBytes } = this.#limits;
    // An earlier attempt may have stored them.
    const unlessKnown = `WHERE NOT EXISTS (
      SELECT FROM ${this.#schema}.rejects AS known WHERE known.received_at = given.received_at
      AND known.door = given.door AND known.peer = given.peer AND known.line = given.line
    )`;
    return [
      {
        text: `WITH added AS (
            INSERT INTO ${this.#schema}.rejects (received_at, door, peer, code, message, line)
            SELECT * FROM unnest($1::bigint[], $2::text[], $3::text[], $4::text[], $5::text[], $6::bytea[])
              AS given (received_at, door, peer, code, message, line)
            ${isRepeat ? unlessKnown : ''}
            RETURNING octet_length(line) AS bytes
          ),
          total AS (SELECT count(*) AS lines, coalesce(sum(bytes), 0) AS bytes FROM added)
          UPDATE ${this.#schema}.meta SET value = value + CASE key WHEN 'rejects' THEN total.lines ELSE total.bytes END
          FROM total WHERE key IN ('rejects', 'reject_bytes')`,
        values: [
          int8Array(rejects.map(({ receivedAt }) => receivedAt)),
          textArray(rejects.map(({ door }) => door)),
          textArray(rejects.map(({ peer }) => peer)),
          textArray(rejects.map(({ code }) => code)),
          textArray(rejects.map(({ message }) => message)),
          byteaArray(rejects.map(({ line }) => line)),
        ],
      },
      {
        text: `SELECT ${this.#schema}.trim_rejects($1, $2)`,
        values: [maxRejects, maxRejectBytes],
      },
    ];
  }

  // The ids of all events, new or known. Known ones are current events, or former versions of events.
  async #knownIds(
    connection: Connection,
    columns: Columns,
    inserted: readonly (number | null)[],
    isCommitted: boolean,
  ): Promise<readonly number[]> {
    const { times, digests } = columns;
    const known = Array.from(times.keys()).filter((at) => inserted[at] === null);
    if (known.length === 0) return inserted as readonly number[];
    const schema = this.#schema;
    const rows = await connection.query<[number, number | null, boolean]>(
      `SELECT given.place, coalesce(events.id, (
         SELECT event FROM ${schema}.history
         WHERE history.time = given.time AND history.digest = given.digest ORDER BY id DESC LIMIT 1
       )), events.id IS NULL
       FROM unnest($1::bigint[], $2::uuid[]) WITH ORDINALITY AS given (time, digest, place)
       LEFT JOIN ${schema}.events ON events.time = given.time AND events.digest = given.digest`,
      [
        int8Array(known.map((at) => times[at] as number)),
        uuidArray(known.map((at) => digests[at] as Buffer)),
      ],
    );
    const ids = [...inserted];
    for (const [place, id] of rows) ids[known[place - 1] as number] = id;
    const former = rows.filter(([, , isFormer]) => isFormer).map(([place]) => known[place - 1] as number);
    if (former.length > 0) await this.#dropWords(connection, columns, former, isCommitted);
    // 0 when it was purged since.
    return ids.map((id) => id ?? 0);
  }

  // Drops the words that were added for former versions of events.
  async #dropWords(
    connection: Connection,
    { times, digests }: Columns,
    places: readonly number[],
    isCommitted: boolean,
  ): Promise<void> {
    const drop: Statement = {
      text: `DELETE FROM ${this.#schema}.words USING unnest($1::bigint[], $2::uuid[]) AS given (time, digest)
             WHERE words.time = given.time AND words.digest = given.digest AND NOT EXISTS (
               SELECT FROM ${this.#schema}.events WHERE events.time = given.time AND events.digest = given.digest
             )`,
      values: [
        int8Array(places.map((at) => times[at] as number)),
        uuidArray(places.map((at) => digests[at] as Buffer)),
      ],
    };
    if (!isCommitted) await connection.flight([drop]);
    else await flyAndCommit(connection, [begin, ...exclusion(this.#schema), drop, commit]);
  }
}

/** Statements that exclude all other writers. */
export function exclusion(schema: string): Statement[] {
  return [{ text: lockSql(schema, 'words', 'exclusive') }, { text: lockSql(schema, 'order', 'exclusive') }];
}

/** Fails when a newer program has migrated the schema, or when names were removed since `version`. */
export function requireState(schema: string, version: number): Statement {
  return { text: `SELECT ${schema}.require_state(${schemaVersion}, ${version})` };
}

// The different ones of some events, and the place of each of these events among them.
function fold(
  batch: EventBatch,
  digests: readonly Buffer[],
  seriesIds: ReadonlyMap<string, number>,
  chosen: readonly number[],
): { columns: Columns; places: ReadonlyMap<number, number> } {
  const columns: Columns = { times: [], digests: [], seriesIds: [], series: [], descriptions: [] };
  const places = new Map<number, number>();
  const known = new Map<string, number>();
  for (const i of chosen) {
    const [time, digest, series] = [
      batch.times[i] as number,
      digests[i] as Buffer,
      batch.series[i] as string,
    ];
    const name = `${time} ${digest.toString('latin1')}`;
    let place = known.get(name);
    if (place === undefined) {
      place = columns.times.length;
      known.set(name, place);
      columns.times.push(time);
      columns.digests.push(digest);
      columns.seriesIds.push(seriesIds.get(series) as number);
      columns.series.push(series);
      columns.descriptions.push(batch.descriptions[i] as string);
    }
    places.set(i, place);
  }
  return { columns, places };
}

// The ids of the new events; null for known ones.
function insertedIds({ times }: Columns, answer: Answer | undefined): readonly (number | null)[] {
  const row = answer?.rows[0] as InsertAnswer | undefined;
  if (times.length === 0 || row === undefined) return [];
  const [base, count, fresh] = row;
  if (count === times.length) return times.map((_, at) => base + at + 1);
  const ids: (number | null)[] = times.map(() => null);
  for (const place of JSON.parse(fresh ?? '[]') as number[]) ids[place - 1] = base + place;
  return ids;
}

// Only the first of equal events of a batch is new.
function toReceipt(
  { times }: EventBatch,
  places: ReadonlyMap<number, number>,
  ids: readonly number[],
  inserted: readonly (number | null)[],
): BatchReceipt {
  const receipt = { ids: new Float64Array(times.length), fresh: new Uint8Array(times.length) };
  const seen = new Set<number>();
  for (const [i, place] of places) {
    receipt.ids[i] = ids[place] as number;
    receipt.fresh[i] = inserted[place] !== null && !seen.has(place) ? 1 : 0;
    seen.add(place);
  }
  return receipt;
}
