// Reads rows of events with their types, tags and texts.

import type { StoredEvent } from '@anthracite/protocol/core';
import type { Asker } from '../storage/asker';
import type { Sql } from '../storage/sql';
import type { SeriesOf, SeriesReader } from './series-reader';

/** A row of `events`, with its description if that is short. */
export type BlockRow = [id: number, time: number, series: number, description: string | null];

/** Bytes of long texts that are read at once; always at least one text. */
const maxTextBytes = 1_048_576;
const noTexts: ReadonlyMap<number, string> = new Map();

export class RowReader {
  readonly #asker: Asker;
  readonly #series: SeriesReader;

  constructor(asker: Asker, series: SeriesReader) {
    this.#asker = asker;
    this.#series = series;
  }

  /** The rows of events that are read in blocks. */
  rows(sql: Sql): Promise<BlockRow[]> {
    return this.#asker.rows<BlockRow>(['id', 'time', 'series', 'description'], sql);
  }

  /** The events of rows, in blocks that are small enough for their long texts. */
  async *told(rows: readonly BlockRow[], withTexts: boolean): AsyncGenerator<readonly StoredEvent[]> {
    const long = withTexts ? rows.filter((row) => row[3] === null).map((row) => row[0]) : [];
    if (long.length === 0) {
      yield this.#toEvents(rows, await this.#seriesOfRows(rows), noTexts);
      return;
    }
    const lengths = new Map(await this.#asker.all<[number, number]>(this.#asker.sql.events.lengthsOf(long)));
    let block: BlockRow[] = [];
    let bytes = 0;
    for (const row of rows) {
      block.push(row);
      bytes += row[3] === null ? (lengths.get(row[0]) ?? 0) : 0;
      if (bytes < maxTextBytes) continue;
      yield await this.#withTexts(block);
      block = [];
      bytes = 0;
    }
    if (block.length > 0) yield await this.#withTexts(block);
  }

  async #withTexts(rows: readonly BlockRow[]): Promise<readonly StoredEvent[]> {
    const long = rows.filter((row) => row[3] === null).map((row) => row[0]);
    const { textsOf } = this.#asker.sql.events;
    const texts = long.length === 0 ? [] : await this.#asker.all<[number, string]>(textsOf(long));
    return this.#toEvents(rows, await this.#seriesOfRows(rows), new Map(texts));
  }

  #seriesOfRows(rows: readonly BlockRow[]): Promise<SeriesOf> {
    return this.#series.of(rows.map((row) => row[2]));
  }

  #toEvents(
    rows: readonly BlockRow[],
    seriesOf: SeriesOf,
    texts: ReadonlyMap<number, string>,
  ): readonly StoredEvent[] {
    return rows.map((row): StoredEvent => {
      const { type, tags } = seriesOf(row[2]);
      return { id: row[0], time: row[1], type, tags, description: row[3] ?? texts.get(row[0]) ?? '' };
    });
  }
}
