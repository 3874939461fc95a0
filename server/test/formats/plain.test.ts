// Compares the handwritten serializers, which are optimized for speed, with plain functions.

import { type Event, formatLine, type StoredEvent, toGraphite } from '@anthracite/protocol';
import fc from 'fast-check';
import { asciiJson } from '../../src/formats/ascii';
import { eventFormats } from '../../src/formats/registry';

const word = fc.string({
  minLength: 1,
  maxLength: 8,
  unit: fc.constantFrom('a', ';', '\\', '"', 'é', '\u{1f680}', '\u007f', '='),
});
const stored: fc.Arbitrary<StoredEvent> = fc.record({
  id: fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }),
  time: fc.integer({ min: -62_135_596_800_000, max: 253_402_300_799_999 }),
  type: fc.oneof(word, fc.constant('event')),
  tags: fc.array(fc.oneof(word, fc.constant('event')), { maxLength: 3 }),
  description: fc.string({
    minLength: 1,
    maxLength: 60,
    unit: fc.oneof(fc.constant('\n'), fc.string({ unit: 'binary', minLength: 1, maxLength: 1 })),
  }),
});

test("writes Graphite's JSON like its view, in ASCII", () => {
  fc.assert(
    fc.property(stored, (event) => {
      const text = eventFormats.graphite.item(event);
      expect(text).toBe(asciiJson(toGraphite(event)));
      expect(text).toMatch(/^[\x20-\x7e]*$/);
    }),
  );
});

test('writes JSON and lines of an event', () => {
  fc.assert(
    fc.property(stored, (event) => {
      expect(JSON.parse(eventFormats.json.item(event))).toEqual(event);
      expect(eventFormats.raw.item(event)).toBe(`${formatLine(event)}\n`);
    }),
  );
});

test('does not use the cached text of a list of tags for another type', () => {
  const tags = ['a=1'];
  const event = (type: string): Event & { id: number } => ({ id: 1, time: 0, type, tags, description: 'x' });
  expect(eventFormats.raw.item(event('one'))).toBe('0 one;a=1 "x"\n');
  expect(eventFormats.raw.item(event('two'))).toBe('0 two;a=1 "x"\n');
});
