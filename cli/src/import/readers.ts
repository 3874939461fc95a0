// Reads items from bytes, one reader per format, as streams. Pure.

import { isUtf8 } from 'node:buffer';
import { failed, isComment, isSkipped, parseLineBytes, preview } from '@anthracite/protocol';
import { LineSplitter } from '@anthracite/server/core';
import { csvDelimiter, readCsv } from './csv-reader';
import { type Found, foundInJsonText, foundOf, ImportError } from './found';
import { JsonItems } from './json-items';
import { readXml } from './xml-reader';

/** The bytes of a source. */
export type Bytes = AsyncIterable<Buffer>;

// Larger than the longest event with all characters escaped.
const maxLineBytes = 16 * 1_048_576;
const bulkAction = /^\{\s*"(?:index|create)"\s*:\s*\{[^{}]*\}\s*\}$/;

/** The readers by format. `beginning` is the first part of the bytes. SQLite files are not read as streams. */
export const readers = {
  json: readJson,
  ndjson: readNdjson,
  raw: readLines,
  csv: (bytes: Bytes, beginning: Buffer) => readCsv(bytes, csvDelimiter(beginning) ?? ','),
  xml: readXml,
} as const satisfies Record<string, (bytes: Bytes, beginning: Buffer) => AsyncIterable<Found>>;

/** The formats that `--format` names. */
export const importFormats = [...(Object.keys(readers) as (keyof typeof readers)[]), 'sqlite'] as const;
export type ImportFormat = (typeof importFormats)[number];

async function* splitLines(bytes: Bytes): AsyncGenerator<Buffer> {
  let lines: Buffer[] = [];
  const splitter = new LineSplitter(maxLineBytes, {
    lines: (block) => {
      let start = 0;
      // The splitter reuses the block, so each line is copied.
      for (let end = block.indexOf(10); end !== -1; end = block.indexOf(10, start)) {
        lines.push(Buffer.from(block.subarray(start, end)));
        start = end + 1;
      }
      lines.push(Buffer.from(block.subarray(start)));
    },
    tooLong: (beginning) => {
      if (isComment(beginning)) return;
      throw new ImportError(
        `a line has more than ${maxLineBytes} bytes (it starts with ${preview(beginning.toString('latin1', 0, 64))})`,
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
    if (text.startsWith('# truncated: ')) yield { kind: 'truncated' };
    else if (!isSkipped(text) && !isComment(line)) yield foundOf(parseLineBytes(line), () => text);
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
    // Elasticsearch's bulk format has a line with an action before each document.
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
