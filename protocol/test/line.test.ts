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

  test.each(vectors.filter((vector) => vector.code))('$name is refused as $code', (vector) => {
    const parsed = parseLineBytes(bytesOf(vector));
    expect(parsed).toMatchObject({ ok: false, problem: { code: vector.code } });
  });

  test.each(vectors.filter((vector) => vector.skipped))('$name is skipped', (vector) => {
    expect(isSkipped(bytesOf(vector).toString())).toBe(true);
  });

  test('each code has a vector, or is not of a line', () => {
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

describe('an event survives its line', () => {
  test('any event -> line -> event', () => {
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

  test('through bytes, too', () => {
    fc.assert(
      fc.property(event, (given) => {
        expect(parseLineBytes(Buffer.from(formatLine(given)))).toEqual({ ok: true, value: given });
      }),
    );
  });

  test('two events have one line exactly when they are the same event', () => {
    fc.assert(
      fc.property(event, event, (a, b) => {
        expect(formatLine(a) === formatLine(b)).toBe(JSON.stringify(a) === JSON.stringify(b));
      }),
    );
  });

  test('type and tags survive, whatever semicolons and backslashes they have', () => {
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

  test('a text of type and tags has one reading, and that reading one text', () => {
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
  test('no text makes the parser throw, and what it takes it can write again', () => {
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

  test('a sentence about hostile text carries no control character', () => {
    const parsed = parseLine('\u001b[2J\u202e\u009b boom');
    expect(parsed.ok).toBe(false);
    if (!parsed.ok) expect(parsed.problem.message).toMatch(/^[\u0020-\u007e]+$/);
  });
});
