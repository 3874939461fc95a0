// Reads CSV with the columns that Anthracite writes, as it arrives.

import { isUtf8 } from 'node:buffer';
import { finished } from 'node:stream';
import { failed, parseTime, preview } from '@anthracite/protocol';
import { parse } from 'csv-parse';
import { type Found, foundInFields, foundOf, ImportError } from './found';

// More than the longest event has when every character of it is a quote.
const maxRecordBytes = 16 * 1_048_576;
const columns = ['time', 'type', 'tags', 'description'] as const;

/** Yields the events of a CSV file whose first row names the columns. Throws an `ImportError` where it is no CSV. */
export async function* readCsv(bytes: AsyncIterable<Buffer>): AsyncGenerator<Found> {
  let places: Map<string, number> | undefined;
  for await (const record of splitRecords(bytes)) {
    if (places === undefined) places = readHeader(record);
    else if (record.every((cell) => isUtf8(cell))) yield foundInRow(record, places);
    else {
      const text = Buffer.concat(record).toString('latin1');
      yield foundOf(failed('NOT_UTF8', { value: preview(text) }), () => text);
    }
  }
}

// Records are taken as they are parsed: those before a fault are not lost with it.
async function* splitRecords(bytes: AsyncIterable<Buffer>): AsyncGenerator<Buffer[]> {
  let records: Buffer[][] = [];
  const parser = parse({
    encoding: null,
    bom: true,
    relax_column_count: true,
    max_record_size: maxRecordBytes,
    // Without an encoding its cells are bytes, whatever their type says.
    on_record: (record: unknown) => {
      records.push(record as Buffer[]);
      return null;
    },
  });
  let fault: Error | undefined;
  parser.on('error', (error) => {
    fault = error;
  });
  parser.resume();
  for await (const chunk of bytes) {
    await new Promise<void>((resolve) => parser.write(chunk, () => resolve()));
    yield* records;
    records = [];
    if (fault !== undefined) break;
  }
  await new Promise<void>((resolve) => {
    finished(parser, () => resolve());
    parser.end();
  });
  yield* records;
  if (fault !== undefined) throw new ImportError(`this is no CSV: ${fault.message}`);
}

function readHeader(record: readonly Buffer[]): Map<string, number> {
  const places = new Map(record.map((cell, place) => [cell.toString('utf8').trim().toLowerCase(), place]));
  const missing = columns.filter((column) => column !== 'tags' && !places.has(column));
  if (missing.length > 0) {
    throw new ImportError(
      `the first row of the CSV must name its columns; missing: ${missing.join(', ')} (expected ${columns.join(', ')})`,
    );
  }
  return places;
}

function foundInRow(record: readonly Buffer[], places: ReadonlyMap<string, number>): Found {
  const cell = (column: (typeof columns)[number]): string =>
    record[places.get(column) ?? -1]?.toString('utf8') ?? '';
  const time = parseTime(cell('time'), Number.NaN, 'UTC');
  const tags = cell('tags')
    .split(' ')
    .filter((tag) => tag !== '');
  const fields = { type: cell('type'), tags, description: cell('description') };
  if (!time.ok) return foundOf(time, () => JSON.stringify({ time: cell('time'), ...fields }));
  return foundInFields({ time: time.value, ...fields });
}
