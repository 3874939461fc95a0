// Reads CSV with Anthracite's columns, as a stream.

import { isUtf8 } from 'node:buffer';
import { finished } from 'node:stream';
import { checkTimeCell, failed, parseTime, preview } from '@anthracite/protocol';
import { parse } from 'csv-parse';
import { type Found, foundInFields, foundOf, ImportError } from './found';

const delimiters = [',', ';', '\t'] as const;

// Larger than the longest event would be if every character of it were a quote.
const maxRecordBytes = 16 * 1_048_576;
const columns = ['time', 'type', 'tags', 'description'] as const;

/** Yields the events of a CSV file, whose first row must name the columns. Throws an `ImportError` if it is not CSV. */
export async function* readCsv(bytes: AsyncIterable<Buffer>, delimiter = ','): AsyncGenerator<Found> {
  let places: Map<string, number> | undefined;
  for await (const record of splitRecords(bytes, delimiter)) {
    if (places === undefined) places = readHeader(record);
    else if (record.every((cell) => isUtf8(cell))) yield foundInRow(record, places);
    else {
      const text = Buffer.concat(record).toString('latin1');
      yield foundOf(failed('NOT_UTF8', { value: preview(text) }), () => text);
    }
  }
}

// Yields records as they are parsed, so that an error does not lose the records before it.
async function* splitRecords(bytes: AsyncIterable<Buffer>, delimiter: string): AsyncGenerator<Buffer[]> {
  let records: Buffer[][] = [];
  const parser = parse({
    encoding: null,
    delimiter,
    relax_column_count: true,
    max_record_size: maxRecordBytes,
    // Without an encoding, cells are buffers, although their declared type differs.
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
  if (fault !== undefined) throw new ImportError(`the file is not valid CSV: ${fault.message}`);
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
  const read = parseTime(cell('time'), Number.NaN, 'UTC');
  const time = read.ok ? checkTimeCell(cell('time'), read.value) : read;
  const tags = cell('tags')
    .split(' ')
    .filter((tag) => tag !== '');
  const fields = { type: cell('type'), tags, description: cell('description') };
  if (!time.ok) return foundOf(time, () => JSON.stringify({ time: cell('time'), ...fields }));
  return foundInFields({ time: time.value, ...fields });
}

/** The delimiter of a CSV file, detected in its first row; null if that row does not name the columns of events. */
export function csvDelimiter(beginning: Buffer): (typeof delimiters)[number] | null {
  const firstLine = beginning.toString('utf8').trimStart().split(/\r?\n/, 1)[0] ?? '';
  const found = delimiters.find((delimiter) => {
    const cells = firstLine
      .toLowerCase()
      .split(delimiter)
      .map((cell) => cell.trim().replace(/^"(.*)"$/, '$1'));
    return cells.includes('time') && cells.includes('description');
  });
  return found ?? null;
}
