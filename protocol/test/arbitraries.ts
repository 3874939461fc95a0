// Generates every permitted kind of event, including unusual ones.

import fc from 'fast-check';
import { checkEvent, type Event, eventLimits, hasWhiteSpace } from '../src';

const oddCharacters = [
  ';',
  '\\',
  '\\;',
  '=',
  '"',
  '#',
  '\0',
  '\u007f',
  '\ufeff',
  'é',
  '日',
  '😀',
  '-',
  'a',
  'b',
];

/** A valid type or tag: no white space, not empty, not too long. */
export const word: fc.Arbitrary<string> = fc
  .oneof(
    fc.string({ minLength: 1, maxLength: 20, unit: fc.constantFrom(...oddCharacters) }),
    fc.string({ minLength: 1, maxLength: 20, unit: 'binary' }),
  )
  .filter(
    (text) =>
      !hasWhiteSpace(text) && text.isWellFormed() && Buffer.byteLength(text) <= eventLimits.maxTypeBytes,
  );

/** A valid description: any text that is not empty. */
export const description: fc.Arbitrary<string> = fc.oneof(
  fc.string({ minLength: 1, maxLength: 200, unit: 'binary' }),
  fc.string({
    minLength: 1,
    maxLength: 40,
    unit: fc.constantFrom(...oddCharacters, ' ', '\n', '\r', '\t', '\u2028'),
  }),
);

/** A valid time, often a round or an early one. */
export const time: fc.Arbitrary<number> = fc.oneof(
  fc.integer({ min: eventLimits.minTimeMs, max: eventLimits.maxTimeMs }),
  fc.integer({ min: 1_400_000_000, max: 1_900_000_000 }).map((seconds) => seconds * 1000),
  fc.integer({ min: -5_000, max: 5_000 }),
);

/** Any event that passes `checkEvent`. */
export const event: fc.Arbitrary<Event> = fc
  .record({ time, type: word, tags: fc.array(word, { maxLength: 5 }), description })
  .map(checkEvent)
  .filter((checked) => checked.ok)
  .map((checked) => checked.value);
