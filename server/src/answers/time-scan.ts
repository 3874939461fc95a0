// Walks along the time index. The database writes the events itself, if it can and the consumer takes their text.

import type { StoredEvent } from '@anthracite/protocol/core';
import { textsOf } from '../formats/series-texts';
import type { Cursor, EventQuery } from '../query/event-query';
import type { Asker } from '../storage/asker';
import type { WrittenForm } from '../storage/dialect';
import type { Sql } from '../storage/sql';
import { Damage } from '../storage/store-error';
import { checkOrder } from './row-check';
import type { BlockRow, RowReader } from './row-reader';
import type { Selecting } from './selector';
import type { SeriesReader } from './series-reader';

/** Events that the database has written. */
export interface WrittenBlock {
  readonly bytes: Uint8Array;
  readonly count: number;
  readonly first: Cursor;
  readonly last: Cursor;
}

/** Events of a query, in order. */
export type Block = readonly StoredEvent[] | WrittenBlock;

type WrittenRow = [ids: string, times: string, unknown: string, long: number, text: Uint8Array | null];

// Blocks of short events are larger, because each costs a query.
const leastRows = 100;
const mostRows = 1_000;
const blockChars = 262_144;

export class TimeScan {
  readonly #asker: Asker;
  readonly #series: SeriesReader;
  readonly #rows: RowReader;

  constructor(asker: Asker, series: SeriesReader, rows: RowReader) {
    this.#asker = asker;
    this.#series = series;
    this.#rows = rows;
  }

  /** The events of some series, or of all (null). Throws `Damage` when the index is damaged. */
  async *blocks(selecting: Selecting, series: Sql | null): AsyncGenerator<Block> {
    const { query, limit, progress, withTexts } = selecting;
    const size = new BlockSize();
    let { form, after: cursor } = selecting;
    for (let left = limit; left > 0; ) {
      const most = progress.isEnough ? 1 : Math.min(left, size.rows);
      // The last event only shows that the list continues.
      const toWrite = Math.min(left - 1, most);
      const written =
        form === null || most === 1 ? null : await this.#write(form, query, series, cursor, toWrite);
      if (written !== null) {
        yield written;
        size.adapt(written.count, written.bytes.length);
        cursor = written.last;
        left -= written.count;
        continue;
      }
      if (most > 1) form = null;
      const rows = await this.#rows.rows(this.#asker.sql.events.byTime(query, series, cursor, most));
      checkOrder(rows, query, cursor);
      yield* this.#rows.told(rows, withTexts);
      size.adapt(rows.length, charsOf(rows));
      const last = rows.at(-1);
      cursor = last === undefined ? cursor : { id: last[0], time: last[1] };
      if (rows.length < most) {
        if (series === null) await this.#checkEnd(query, cursor);
        return;
      }
      left -= rows.length;
    }
  }

  // Null without events, or when the database cannot write one of them.
  async #write(
    form: WrittenForm,
    query: EventQuery,
    series: Sql | null,
    after: Cursor | null,
    limit: number,
  ): Promise<WrittenBlock | null> {
    const { writtenByTime } = this.#asker.sql.events;
    if (writtenByTime === null) return null;
    const sql = writtenByTime(form, query, series, after, limit);
    let [row] = await this.#asker.all<WrittenRow>(sql);
    if (row !== undefined && row[2] !== '[]') {
      await this.#tellSeries(form.shape, JSON.parse(row[2]));
      [row] = await this.#asker.all<WrittenRow>(sql);
    }
    if (row === undefined || row[2] !== '[]' || row[3] > 0 || row[4] === null) return null;
    const ids: number[] = JSON.parse(row[0]);
    const times: number[] = JSON.parse(row[1]);
    const placeAt = (i: number): Cursor => ({ id: ids[i] as number, time: times[i] as number });
    const rows = ids.map((id, i): [number, number, number] => [id, times[i] as number, 0]);
    checkOrder(rows, query, after);
    return { bytes: row[4], count: ids.length, first: placeAt(0), last: placeAt(ids.length - 1) };
  }

  async #tellSeries(shape: WrittenForm['shape'], series: readonly number[]): Promise<void> {
    const seriesOf = await this.#series.of(series);
    await this.#asker.knowSeries(shape, new Map(series.map((id) => [id, textsOf(seriesOf(id))[shape]])));
  }

  // An index entry with a time beyond the range would end the walk along the index too early.
  async #checkEnd(query: EventQuery, last: Cursor | null): Promise<void> {
    const [beyond] = await this.#asker.all<[number]>(this.#asker.sql.events.lastBeyond(query, last));
    if (beyond !== undefined) throw new Damage(`the index events_by_time ends before event ${beyond[0]}`);
  }
}

/** The number of rows of the next block: more when the last ones were short. */
class BlockSize {
  rows = leastRows;

  adapt(rows: number, chars: number): void {
    const fitting = Math.floor((blockChars * rows) / Math.max(1, chars));
    this.rows = Math.max(leastRows, Math.min(mostRows, fitting));
  }
}

function charsOf(rows: readonly BlockRow[]): number {
  return rows.reduce((sum, row) => sum + (row[3]?.length ?? blockChars), 0);
}
