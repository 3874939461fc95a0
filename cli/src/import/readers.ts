// Reads events from bytes, one reader a format. Pure and streaming: bytes in, what was found out.

import { isUtf8 } from 'node:buffer';
import { failed, isComment, isSkipped, parseLineBytes, preview } from '@anthracite/protocol';
import { LineSplitter } from '@anthracite/server/core';
import { readCsv } from './csv-reader';
import { type Found, foundInJsonText, foundOf, ImportError } from './found';
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
      if (isComment(beginning)) return;
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
