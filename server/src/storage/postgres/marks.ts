// Marks and spans in PostgreSQL: a transaction adds and removes marks, and updates the spans around their places.

import { compareMarks } from '@anthracite/protocol/core';
import { canBeMark, type MarkSeries, readMarkSeries, roleCodes } from '../marks/mark-series';
import {
  beforeAll,
  behindAll,
  type KnownSpan,
  type Place,
  SpanPairing,
  type TouchedPlace,
} from '../marks/span-pairing';
import { levelOf, spanColumns, toSpanRow } from '../marks/span-row';
import { int2Array, int4Array, int8Array, textArray } from './arrays';
import type { Connection, Statement } from './connection';
import {
  type AddedSpan,
  type MarkQuestion,
  MarkWindow,
  Need,
  nameOf,
  type ReadGroup,
  type WindowMark,
} from './mark-window';
import type { SeriesTable } from './series-table';

/** A mark to add. `series` is type and tags in the form of the line protocol. */
export interface AddedMark extends Place {
  readonly seriesId: number;
  readonly series: string;
}

// The first part of a group that a transaction reads; most groups are smaller.
const firstMarks = 256;
const firstSpans = { before: 4, after: 32 } as const;
const growth = 8;

/** The marks that one transaction adds and removes. */
export class MarkChanges {
  readonly #schema: string;
  readonly #table: SeriesTable;
  readonly #series = new Map<number, MarkSeries>();
  readonly #touched = new Map<number, TouchedPlace[]>();
  #added: AddedMark[] = [];

  constructor(schema: string, table: SeriesTable) {
    this.#schema = schema;
    this.#table = table;
  }

  /** Adds the mark of a new event, if it is one. */
  add(mark: AddedMark): void {
    if (canBeMark(mark.series)) this.#added.push(mark);
  }

  /** Removes the marks of some events. */
  async remove(connection: Connection, eventIds: readonly number[]): Promise<void> {
    // They may be among those that were just added.
    await this.#insert(connection);
    const rows = await connection.query<[number, number, number]>(
      `DELETE FROM ${this.#schema}.mark WHERE id = ANY($1::bigint[]) RETURNING grp, time, id`,
      [int8Array(eventIds)],
    );
    for (const [group, time, id] of rows) this.#touch(group, { time, id }, -1);
  }

  /** Writes the added marks, and returns the statements that update the spans. Nothing is added or removed afterwards. */
  async settle(connection: Connection): Promise<readonly Statement[]> {
    await this.#insert(connection);
    if (this.#touched.size === 0) return [];
    const pending = new Map([...this.#touched].map(([group, places]) => [group, newTask(places)]));
    const done = new Map<number, MarkWindow>();
    while (pending.size > 0) {
      await this.#read(connection, pending);
      for (const [group, task] of pending) {
        const window = this.#pair(group, task);
        if (window === null) continue;
        done.set(group, window);
        pending.delete(group);
      }
    }
    return this.#statements(done);
  }

  // Null when it needs more, which the task then contains.
  #pair(group: number, task: Task): MarkWindow | null {
    const window = new MarkWindow(task.read as ReadGroup, task.answers);
    const pairing = new SpanPairing(window, (id) => {
      const known = this.#series.get(id);
      if (known === undefined) throw new Need({ series: id });
      return known;
    });
    try {
      pairing.settle(group, [...(this.#touched.get(group) as TouchedPlace[])], false);
      return window;
    } catch (error) {
      if (!(error instanceof Need)) throw error;
      const { what } = error;
      if (what === 'spansBefore') {
        task.before *= growth;
        task.read = null;
      } else if (what === 'spansAfter') {
        task.after *= growth;
        task.read = null;
      } else if ('series' in what) task.series = [what.series];
      else task.question = what;
      return null;
    }
  }

  async #insert(connection: Connection): Promise<void> {
    const marks = this.#added.flatMap((mark) => {
      const series = readMarkSeries(mark.series);
      return series === null ? [] : [{ mark, series }];
    });
    this.#added = [];
    if (marks.length === 0) return;
    const groupIds = await this.#groupIds(connection, [...new Set(marks.map(({ series }) => series.group))]);
    for (const { mark, series } of marks) {
      const groupId = groupIds.get(series.group) as number;
      this.#series.set(mark.seriesId, series);
      this.#touch(groupId, mark, 1);
    }
    await connection.query(
      `INSERT INTO ${this.#schema}.mark (id, grp, time, role, series)
       SELECT * FROM unnest($1::bigint[], $2::int[], $3::bigint[], $4::smallint[], $5::int[])`,
      [
        int8Array(marks.map(({ mark }) => mark.id)),
        int4Array(marks.map(({ series }) => groupIds.get(series.group) as number)),
        int8Array(marks.map(({ mark }) => mark.time)),
        int2Array(marks.map(({ series }) => roleCodes[series.meaning.role])),
        int4Array(marks.map(({ mark }) => mark.seriesId)),
      ],
    );
  }

  // The numbers of groups by their names. Under the lock of order, no other server creates the same.
  async #groupIds(connection: Connection, names: readonly string[]): Promise<ReadonlyMap<string, number>> {
    const table = `${this.#schema}.mark_group`;
    const rows = await connection.query<[string, number]>(
      `WITH given AS (SELECT name FROM unnest($1::text[]) AS given (name)),
         created AS (
           INSERT INTO ${table} (name) SELECT name FROM given
           WHERE NOT EXISTS (SELECT FROM ${table} AS known WHERE known.name = given.name)
           RETURNING name, id
         )
       SELECT name, id FROM created UNION ALL SELECT name, id FROM ${table} WHERE name = ANY($1::text[])`,
      [textArray(names)],
    );
    return new Map(rows);
  }

  #touch(group: number, { time, id }: Place, change: 1 | -1): void {
    const places = this.#touched.get(group);
    if (places === undefined) this.#touched.set(group, [{ time, id, change }]);
    else places.push({ time, id, change });
  }

  // Reads what the tasks lack, each kind at once for all groups.
  async #read(connection: Connection, pending: ReadonlyMap<number, Task>): Promise<void> {
    const unread = [...pending].filter(([, { read }]) => read === null);
    if (unread.length > 0) await this.#readGroups(connection, unread);
    const asked = [...pending.values()].filter(({ question }) => question !== null);
    if (asked.length > 0) {
      const groups = [...pending].filter(([, { question }]) => question !== null).map(([group]) => group);
      const answers = await connection.flight(
        asked.map(({ question }, i) => toSql(this.#schema, groups[i] as number, question as MarkQuestion)),
      );
      for (const [i, task] of asked.entries()) {
        const question = task.question as MarkQuestion;
        const rows = (answers[i]?.rows ?? []) as readonly MarkRow[];
        task.answers.set(
          nameOf(question),
          question.kind === 'count' ? Number(rows[0]?.[0]) : rows.map(toMark),
        );
        task.question = null;
      }
    }
    await this.#readSeries(connection, [...pending.values()]);
  }

  async #readSeries(connection: Connection, tasks: readonly Task[]): Promise<void> {
    const wanted = new Set<number>();
    for (const task of tasks) {
      for (const id of [...(task.read?.marks.map(({ series }) => series) ?? []), ...task.series])
        if (this.#series.get(id) === undefined) wanted.add(id);
      task.series = [];
    }
    if (wanted.size === 0) return;
    const texts = await this.#table.textsOf(connection, [...wanted]);
    for (const id of wanted) {
      const series = readMarkSeries(texts.get(id) ?? '');
      if (series === null) throw new Error(`series ${id} has marks in the table, and marks nothing`);
      this.#series.set(id, series);
    }
  }

  async #readGroups(connection: Connection, tasks: readonly (readonly [number, Task])[]): Promise<void> {
    const spans = `SELECT first_time, first_id, mark_count FROM ${this.#schema}.span WHERE grp = given.grp`;
    const starts = [
      int4Array(tasks.map(([group]) => group)),
      int8Array(tasks.map(([, { first }]) => first.time)),
      int8Array(tasks.map(([, { first }]) => first.id)),
    ];
    const rows = await connection.query<[number, number, number, number]>(
      `SELECT given.grp, found.* FROM unnest($1::int[], $2::bigint[], $3::bigint[], $4::int[], $5::int[])
         AS given (grp, time, id, before, after)
       CROSS JOIN LATERAL (
         (${spans} AND (first_time, first_id) < (given.time, given.id)
          ORDER BY first_time DESC, first_id DESC LIMIT given.before)
         UNION ALL
         (${spans} AND (first_time, first_id) >= (given.time, given.id)
          ORDER BY first_time, first_id LIMIT given.after)
       ) AS found`,
      [
        ...starts,
        int4Array(tasks.map(([, { before }]) => before)),
        int4Array(tasks.map(([, { after }]) => after)),
      ],
    );
    const spansOf = groupRows(
      rows,
      ([, time, id, markCount]): KnownSpan => ({ first: { time, id }, markCount }),
    );
    const parts = tasks.map(([group, task]) => spanPart(spansOf.get(group) ?? [], task));
    const marks = await connection.query<[number, ...MarkRow]>(
      `SELECT given.grp, found.* FROM unnest($1::int[], $2::bigint[], $3::bigint[]) AS given (grp, time, id)
       CROSS JOIN LATERAL (
         SELECT time, id, series, role FROM ${this.#schema}.mark
         WHERE grp = given.grp AND (time, id) >= (given.time, given.id) ORDER BY time, id LIMIT ${firstMarks + 1}
       ) AS found`,
      [
        starts[0] as Buffer,
        int8Array(parts.map(({ marksFrom }) => marksFrom.time)),
        int8Array(parts.map(({ marksFrom }) => marksFrom.id)),
      ],
    );
    const marksOf = groupRows(marks, ([, ...mark]) => toMark(mark));
    for (const [i, [group, task]] of tasks.entries()) {
      const found = marksOf.get(group) ?? [];
      const beyond = found[firstMarks];
      task.read = {
        ...(parts[i] as ReturnType<typeof spanPart>),
        marks: found.slice(0, firstMarks),
        marksUntil: beyond ?? behindAll,
      };
    }
  }

  #statements(done: ReadonlyMap<number, MarkWindow>): Statement[] {
    const removed = [...done].flatMap(([group, window]) => window.removed.map((place) => ({ group, place })));
    const added = [...done].flatMap(([group, window]) => window.added.map((span) => ({ group, span })));
    const statements: Statement[] = [];
    if (removed.length > 0) {
      statements.push({
        text: `DELETE FROM ${this.#schema}.span USING unnest($1::int[], $2::bigint[], $3::bigint[]) AS given (grp, time, id)
               WHERE span.grp = given.grp AND span.first_time = given.time AND span.first_id = given.id`,
        values: [
          int4Array(removed.map(({ group }) => group)),
          int8Array(removed.map(({ place }) => place.time)),
          int8Array(removed.map(({ place }) => place.id)),
        ],
      });
    }
    if (added.length > 0) statements.push(insertSpans(this.#schema, added));
    return statements;
  }
}

/** The part of a group that was read, and the next part that it needs. */
interface Task {
  /** The first place that is touched. */
  readonly first: Place;
  before: number;
  after: number;
  read: ReadGroup | null;
  question: MarkQuestion | null;
  series: readonly number[];
  readonly answers: Map<string, readonly WindowMark[] | number>;
}

type MarkRow = readonly [time: number, id: number, series: number, role: number];

function newTask(places: readonly TouchedPlace[]): Task {
  const [first = beforeAll] = [...places].sort(compareMarks);
  return { first, ...firstSpans, read: null, question: null, series: [], answers: new Map() };
}

function toMark([time, id, series, role]: MarkRow): WindowMark {
  return { time, id, series, role };
}

function groupRows<Row extends readonly [number, ...unknown[]], T>(
  rows: readonly Row[],
  read: (row: Row) => T,
): Map<number, T[]> {
  const groups = new Map<number, T[]>();
  for (const row of rows) {
    const known = groups.get(row[0]);
    if (known === undefined) groups.set(row[0], [read(row)]);
    else known.push(read(row));
  }
  return groups;
}

// The spans that were read around a place. Its marks are read from two spans before it on.
function spanPart(found: KnownSpan[], { first, before, after }: Task) {
  const spans = found.sort((one, other) => compareMarks(one.first, other.first));
  const countBefore = spans.filter((span) => compareMarks(span.first, first) < 0).length;
  const isAllBefore = countBefore < before;
  const isAllAfter = spans.length - countBefore < after;
  const spansFrom = isAllBefore ? beforeAll : (spans[0] as KnownSpan).first;
  const spansUntil = isAllAfter ? behindAll : (spans.at(-1) as KnownSpan).first;
  return {
    spans: isAllAfter ? spans : spans.slice(0, -1),
    spansFrom,
    spansUntil,
    marksFrom:
      countBefore < 2 && isAllBefore ? beforeAll : (spans[Math.max(0, countBefore - 2)] as KnownSpan).first,
  };
}

function toSql(schema: string, group: number, question: MarkQuestion): Statement {
  const { kind, role, from, isFromIncluded, until, limit } = question;
  const where = `FROM ${schema}.mark WHERE grp = $1 AND (time, id) ${isFromIncluded ? '>=' : '>'} ($2, $3)
                 AND (time, id) < ($4, $5) ${role === null ? '' : `AND role = ${role}`}`;
  return {
    text:
      kind === 'count'
        ? `SELECT count(*) ${where}`
        : `SELECT time, id, series, role ${where} ORDER BY time, id LIMIT ${limit}`,
    values: [group, from.time, from.id, until.time, until.id],
  };
}

function insertSpans(schema: string, added: readonly { group: number; span: AddedSpan }[]): Statement {
  const rows = added.map(({ span }) => toSpanRow(span.stored));
  const column = (at: number): (number | null)[] => rows.map((row) => row[at] as number | null);
  return {
    text: `INSERT INTO ${schema}.span (grp, first_time, first_id, level, ${spanColumns.join()})
           SELECT * FROM unnest($1::int[], $2::bigint[], $3::bigint[], $4::smallint[], $5::bigint[], $6::int[],
             $7::bigint[], $8::bigint[], $9::smallint[], $10::smallint[], $11::smallint[], $12::int[], $13::text[])`,
    values: [
      int4Array(added.map(({ group }) => group)),
      int8Array(added.map(({ span }) => span.first.time)),
      int8Array(added.map(({ span }) => span.first.id)),
      int2Array(added.map(({ span }) => levelOf(span.stored.span))),
      int8Array(column(0)),
      int4Array(column(1)),
      int8Array(column(2)),
      int8Array(column(3)),
      int2Array(column(4)),
      int2Array(column(5)),
      int2Array(column(6)),
      int4Array(column(7)),
      textArray(rows.map((row) => row[8])),
    ],
  };
}
