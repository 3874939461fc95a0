// Counts the events in the bytes of an export. Pure.

import type { ListFormat } from '@anthracite/server/core';

// A text that each event of a format has exactly once. Values cannot contain it, because these formats escape them.
const starts: Readonly<Partial<Record<ListFormat, string>>> = {
  json: '{"id":',
  ndjson: '{"id":',
  xml: '<event ',
  atom: '<entry>',
  // A line end within a value is escaped, or followed by a space.
  ics: '\nBEGIN:VEVENT',
  html: '<tr><td>',
};
const [lineFeed, quote, hash] = [10, 34, 35];

/** Returns a function that takes the next bytes and returns the number of events so far; null for a format without counting. */
export function createEventCounter(format: ListFormat): ((bytes: Uint8Array) => number) | null {
  if (format === 'raw') return countLines();
  if (format === 'csv') return countRows();
  const start = starts[format];
  return start === undefined ? null : countStarts(Buffer.from(start));
}

function countStarts(start: Buffer): (bytes: Uint8Array) => number {
  let count = 0;
  let rest = Buffer.alloc(0);
  return (bytes) => {
    const all = Buffer.concat([rest, bytes]);
    for (let at = all.indexOf(start); at !== -1; at = all.indexOf(start, at + start.length)) count++;
    // The text may be split between two chunks.
    rest = all.subarray(Math.max(0, all.length - start.length + 1));
    return count;
  };
}

function countLines(): (bytes: Uint8Array) => number {
  let count = 0;
  let isStart = true;
  return (bytes) => {
    for (const byte of bytes) {
      // Comments do not count.
      if (isStart && byte !== hash) count++;
      isStart = byte === lineFeed;
    }
    return count;
  };
}

// A line end in quotes is part of a cell; the first row has the column names.
function countRows(): (bytes: Uint8Array) => number {
  let rows = 0;
  let isQuoted = false;
  return (bytes) => {
    for (const byte of bytes) {
      if (byte === quote) isQuoted = !isQuoted;
      else if (byte === lineFeed && !isQuoted) rows++;
    }
    return Math.max(0, rows - 1);
  };
}
