// Reads events from bytes, one reader a format. Pure and streaming: bytes in, what was found out.

import { isUtf8 } from 'node:buffer';
import { Readable } from 'node:stream';
import { failed, isSkipped, parseLineBytes, parseTime, preview } from '@anthracite/protocol';
import { LineSplitter } from '@anthracite/server';
import { parse as csvParser } from 'csv-parse';
import { type Found, foundInFields, foundInJsonText, foundOf, ImportError } from './found';
import { JsonItems } from './json-items';
import { readXml } from './xml-reader';

/** The bytes of a source. */
export type Bytes = AsyncIterable<Buffer>;

// More than the longest event has when all of it is escaped.
const maxLineBytes = 16 * 1_048_576;
const bulkAction = /^\{\s*"(?:index|create)"\s*:\s*\{[^{}]*\}\s*\}$/;

/** The formats that can be read from bytes. SQLite files are read where they lie. */
export const readers = {
  json: readJson,
  ndjson: readNdjson,
  raw: readLines,
  csv: readCsv,
  xml: readXml,
} as const satisfies Record<string, (bytes: Bytes) => AsyncIterable<Found>>;

async function* splitLines(bytes: Bytes): AsyncGenerator<Buffer> {
  let lines: Buffer[] = [];
  const splitter = new LineSplitter(maxLineBytes, {
    lines: (block) => {
      let start = 0;
      // The block is the splitter's; each line is copied out of it.
      for (let end = block.indexOf(10); end !== -1; end = block.indexOf(10, start)) {
        lines.push(Buffer.from(block.subarray(start, end)));
        start = end + 1;
      }
      lines.push(Buffer.from(block.subarray(start)));
    },
    tooLong: (beginning) => {
      throw new ImportError(
        `a line has more than ${maxLineBytes} bytes (it begins ${preview(beginning.toString('latin1', 0, 64))})`,
      );
    },
  });
  for await (const chunk of bytes) {
    splitter.push(chunk);
    yield* lines;
    lines = [];
  }
  splitter.end();
  yield* lines;
}

function withoutReturn(line: Buffer): Buffer {
  return line.at(-1) === 13 ? line.subarray(0, -1) : line;
}

async function* readLines(bytes: Bytes): AsyncGenerator<Found> {
  for await (const whole of splitLines(bytes)) {
    const line = withoutReturn(whole);
    const text = line.toString('utf8');
    if (text.startsWith('# truncated: ')) yield { kind: 'cut' };
    else if (!isSkipped(text)) yield foundOf(parseLineBytes(line), () => text);
  }
}

async function* readNdjson(bytes: Bytes): AsyncGenerator<Found> {
  for await (const line of splitLines(bytes)) {
    const text = line.toString('utf8').trim();
    if (text === '') continue;
    if (!isUtf8(line)) {
      yield foundOf(failed('NOT_UTF8', { value: preview(line.toString('latin1')) }), () => text);
      continue;
    }
    // The bulk format of Elasticsearch has a line of instructions before each document.
    if (!bulkAction.test(text)) yield foundInJsonText(text);
  }
}

async function* readJson(bytes: Bytes): AsyncGenerator<Found> {
  const items = new JsonItems();
  for await (const chunk of bytes) {
    for (const text of items.push(chunk)) yield foundInJsonText(text);
  }
  items.end();
}

const columns = ['time', 'type', 'tags', 'description'] as const;

async function* readCsv(bytes: Bytes): AsyncGenerator<Found> {
  const parser = Readable.from(bytes).pipe(
    csvParser({ encoding: null, bom: true, relax_column_count: true, max_record_size: maxLineBytes }),
  );
  let places: Map<string, number> | undefined;
  try {
    for await (const record of parser as AsyncIterable<Buffer[]>) {
      if (places === undefined) {
        places = readHeader(record);
        continue;
      }
      if (!record.every((cell) => isUtf8(cell))) {
        const text = Buffer.concat(record).toString('latin1');
        yield foundOf(failed('NOT_UTF8', { value: preview(text) }), () => text);
        continue;
      }
      yield foundInRow(record, places);
    }
  } catch (error) {
    if (error instanceof ImportError) throw error;
    throw new ImportError(`this is no CSV: ${(error as Error).message}`);
  }
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
