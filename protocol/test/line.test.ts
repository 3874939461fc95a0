import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import {
  type Event,
  formatLine,
  isSkipped,
  joinSeries,
  parseLine,
  parseLineBytes,
  splitSeries,
} from '../src';
import { event, word } from './arbitraries';

interface Vector {
  readonly name: string;
  readonly text?: string;
  readonly hex?: string;
  readonly event?: Event;
  readonly code?: string;
  readonly skipped?: true;
}

const vectors = JSON.parse(readFileSync(join(__dirname, '../../vectors/lines.json'), 'utf8')) as Vector[];
const bytesOf = ({ text, hex }: Vector): Buffer =>
  hex === undefined ? Buffer.from(text ?? '') : Buffer.from(hex, 'hex');

describe('the shared vectors of the line protocol', () => {
  test.each(vectors.filter((vector) => vector.event))('$name', (vector) => {
    const parsed = parseLineBytes(bytesOf(vector));
    expect(parsed).toEqual({ ok: true, value: vector.event });
  });

  test.each(vectors.filter((vector) => vector.code))('refuses $name as $code', (vector) => {
    const parsed = parseLineBytes(bytesOf(vector));
    expect(parsed).toMatchObject({ ok: false, problem: { code: vector.code } });
  });

  test.each(vectors.filter((vector) => vector.skipped))('skips $name', (vector) => {
    expect(isSkipped(bytesOf(vector).toString())).toBe(true);
  });

  test('has a vector for each code of lines', () => {
    const codes = new Set(vectors.map((vector) => vector.code));
    for (const code of [
      'BAD_TIMESTAMP',
      'TIMESTAMP_OUT_OF_RANGE',
      'MISSING_FIELD',
      'EMPTY_TYPE',
      'EMPTY_TAG',
      'NOT_UTF8',
    ]) {
      expect(codes).toContain(code);
    }
  });
});

describe('an event and its line', () => {
  test('agree for any event', () => {
    fc.assert(
      fc.property(event, (given) => {
        const line = formatLine(given);
        expect(line).not.toMatch(/[\n\r]/);
        expect(isSkipped(line)).toBe(false);
        expect(parseLine(line)).toEqual({ ok: true, value: given });
      }),
      { numRuns: 2_000 },
    );
  });

  test('agree through bytes', () => {
    fc.assert(
      fc.property(event, (given) => {
        expect(parseLineBytes(Buffer.from(formatLine(given)))).toEqual({ ok: true, value: given });
      }),
    );
  });

  test('are equal for two events exactly when the events are equal', () => {
    fc.assert(
      fc.property(event, event, (a, b) => {
        expect(formatLine(a) === formatLine(b)).toBe(JSON.stringify(a) === JSON.stringify(b));
      }),
    );
  });

  test('keep type and tags with any semicolons and backslashes', () => {
    const awkward = fc.string({ minLength: 1, maxLength: 6, unit: fc.constantFrom(';', '\\', 'a') });
    fc.assert(
      fc.property(
        fc.oneof(awkward, word),
        fc.array(fc.oneof(awkward, word), { maxLength: 4 }),
        (type, tags) => {
          expect(splitSeries(joinSeries(type, tags))).toEqual([type, ...tags]);
        },
      ),
      { numRuns: 2_000 },
    );
  });

  test('are written quickly for tags of only backslashes', () => {
    const tags = Array.from({ length: 128 }, () => `${'\\'.repeat(1_023)}a`);
    const start = performance.now();
    for (let i = 0; i < 50; i++) expect(joinSeries('a', tags)).toBe(['a', ...tags].join(';'));
    expect(performance.now() - start).toBeLessThan(5_000);
  });

  test('have one text for each type and tags, and the reverse', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 12, unit: fc.constantFrom(';', '\\', 'a') }), (text) => {
        const [type = '', ...tags] = splitSeries(text);
        expect(joinSeries(type, tags)).toBe(text);
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('hostile lines', () => {
  test('never make the parser throw, and an accepted line can be written again', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.string()), (noise) => {
        for (const line of [noise, `1467844481 ${noise}`, `1467844481 a;b ${noise}`]) {
          const parsed = parseLine(line);
          if (parsed.ok) expect(parseLine(formatLine(parsed.value))).toEqual(parsed);
        }
      }),
      { numRuns: 2_000 },
    );
  });

  test('give error messages without control characters', () => {
    const parsed = parseLine('\u001b[2J\u202e\u009b boom');
    expect(parsed.ok).toBe(false);
    if (!parsed.ok) expect(parsed.problem.message).toMatch(/^[\u0020-\u007e]+$/);
  });
});
