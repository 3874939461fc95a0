// Events for tests of formats: every permitted value, and text that is dangerous in one format or another.

import { checkEvent, type StoredEvent } from '@anthracite/protocol';
import fc from 'fast-check';
import type { ListFrame } from '../../src/formats/event-format';
import { eventFormats, type PageFormat } from '../../src/formats/registry';

const oddWords = [
  '=cmd',
  '+1',
  '-1',
  '@SUM(A1)',
  'a;b',
  'a\\',
  '"',
  "'",
  '<x>',
  '&amp;',
  ']]>',
  '\0',
  '\ufffe',
  '😀',
];
const word = fc.oneof(
  fc.constantFrom(...oddWords),
  fc.string({ minLength: 1, maxLength: 12, unit: 'binary' }),
);
const oddPieces = [
  ...oddWords,
  '\n',
  '\r\n',
  '\r',
  '\t',
  ',',
  ' ',
  '\u2028',
  '\u0085',
  '\u001b[31m',
  '=HYPERLINK("http://x","y")',
  'BEGIN:VEVENT',
  '</description>',
  '<![CDATA[',
  'é'.repeat(50),
];
const description = fc.oneof(
  fc.array(fc.constantFrom(...oddPieces), { minLength: 1, maxLength: 8 }).map((pieces) => pieces.join('')),
  fc.string({ minLength: 1, maxLength: 120, unit: 'binary' }),
);
const time = fc.oneof(
  fc.integer({ min: -62_135_596_800_000, max: 253_402_300_799_999 }),
  fc.integer({ min: 1_400_000_000, max: 1_900_000_000 }).map((seconds) => seconds * 1000),
);

/** An arbitrary event that can be stored. */
export const storedEvent: fc.Arbitrary<StoredEvent> = fc
  .record({
    id: fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }),
    time,
    type: word,
    tags: fc.array(word, { maxLength: 4 }),
    description,
  })
  .filter((event) => checkEvent(event).ok);

const frame: ListFrame = {
  base: 'http://127.0.0.1:2006',
  root: '/',
  self: '/events/x?q=%22%3C&limit=3',
  next: '/events/x?q=%22%3C&limit=3&after=1_2',
  callback: 'cb',
  now: 1_700_000_000_000,
};

/** A whole list in a format, as the server writes it. `next` is the cursor of a truncated list. */
export function written(
  format: PageFormat,
  events: readonly StoredEvent[],
  next: string | null = null,
): string {
  const { opening, item, separator, closing } = eventFormats[format];
  const framed = { ...frame, next: next === null ? null : frame.next };
  return (
    opening(framed) + events.map((event) => item(event, framed.base)).join(separator) + closing(next, framed)
  );
}
