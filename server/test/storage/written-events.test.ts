// Events that SQLite writes are the same bytes as those of the formats.

import { join } from 'node:path';
import { temporaryFolder } from '@anthracite/testing';
import fc from 'fast-check';
import type { EventFormat } from '../../src/formats/event-format';
import { asPlainEvent } from '../../src/formats/plain-event';
import { eventFormats, type PageFormat } from '../../src/formats/registry';
import type { Cursor } from '../../src/query/event-query';
import { type Opened, open } from './opened';
import { batchOf, everything, type NewEvent } from './suite/random-events';

let opened: Opened;
beforeEach(() => {
  opened = open(join(temporaryFolder(), 'anthracite.db'));
});

afterEach(() => opened.close());

const seed = 20_261_128;
const formats = Object.keys(eventFormats) as PageFormat[];
const piece = fc.oneof(
  fc.constantFrom(
    '\n',
    '\r\n',
    '\r',
    '\0',
    '"',
    '\\',
    '\\n',
    '\u007f',
    '\u2028',
    '\ud83d\ude00',
    'é',
    ' ',
    ';',
    "'",
    '\u001f',
  ),
  fc.string({ unit: 'grapheme', minLength: 1, maxLength: 8 }),
);
const description = fc.oneof(
  { weight: 9, arbitrary: fc.array(piece, { minLength: 1, maxLength: 6 }).map((parts) => parts.join('')) },
  { weight: 1, arbitrary: fc.constant('long '.repeat(2_000)) },
);
const word = fc.oneof(
  fc.constantFrom('event', 'deploy', 'a;b', 'back\\', 'c\\;d', 'nul\0', 'quote"', 'é', 'host=web1', '\u007f'),
  fc
    .string({ unit: 'binary-ascii', minLength: 1, maxLength: 5 })
    .map((text) => text.replace(/[\s\x1c-\x1f]/g, '_')),
);
const event: fc.Arbitrary<NewEvent> = fc.record({
  time: fc.oneof(fc.integer({ min: -3_000, max: 3_000 }), fc.integer({ min: -62e12, max: 253e12 })),
  type: word,
  tags: fc.array(word, { maxLength: 3 }),
  description,
});

/** The text of all events by a format, as single objects. */
async function plainly({ item, separator, takesGroups }: EventFormat): Promise<string> {
  const { events } = await opened.reader.events(everything, null, 100_000, null);
  return events.map((one) => item(takesGroups ? one : asPlainEvent(one), 'http://a')).join(separator);
}

async function byPages(
  format: PageFormat,
  limit: number,
  order: 'ascending' | 'descending',
): Promise<string[]> {
  const pages: string[] = [];
  for (let after: Cursor | null = null; ; ) {
    const page = await opened.reader.page({ ...everything, order }, null, format, limit, after, 'http://a');
    expect(page.count).toBeLessThanOrEqual(limit);
    pages.push(Buffer.from(page.bytes).toString());
    if (page.next === null) return pages;
    after = page.next;
  }
}

test.each(formats)('as %s, whatever the text, on pages of any size', async (name) => {
  const format: EventFormat = eventFormats[name];
  const samples = fc.sample(event, { numRuns: 250, seed });
  // First events that SQLite writes, then those that it leaves to us, so that both occur on a page.
  const isOdd = ({ type, tags, description: text }: NewEvent): boolean =>
    text.length > 8_000 || [type, ...tags].some((one) => /[\\\0;]/.test(one));
  const inOrder = [...samples.filter((one) => !isOdd(one)), ...samples.filter(isOdd)];
  opened.writer.append(
    batchOf(inOrder.map((one, i) => ({ ...one, time: i < 180 ? i * 7 - 900 : one.time }))),
  );
  const expected = await plainly(format);
  for (const limit of [1_000, 150, 101, 7]) {
    expect((await byPages(name, limit, 'ascending')).join(format.separator)).toBe(expected);
  }
  const backward = await byPages(name, 150, 'descending');
  expect(backward.join(format.separator)).toHaveLength(expected.length);
});

test('for every character of a description, a type and a tag', async () => {
  const characters: string[] = [];
  for (let code = 0; code < 0x3000; code++) characters.push(String.fromCharCode(code));
  for (const code of [0xd7ff, 0xe000, 0xfeff, 0xfffe, 0xffff, 0x10000, 0x10ffff])
    characters.push(String.fromCodePoint(code));
  const events = characters.map((text, time): NewEvent => {
    const name = /[\t-\r\x1c-\x20\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]/.test(text)
      ? 'x'
      : text;
    return { time, type: `a${name}`, tags: [`${name}b`], description: `a${text}b\n${text}` };
  });
  opened.writer.append(batchOf(events));
  for (const name of ['json', 'ndjson', 'graphite'] as const) {
    expect((await byPages(name, 1_000, 'ascending')).join(eventFormats[name].separator)).toBe(
      await plainly(eventFormats[name]),
    );
  }
});
