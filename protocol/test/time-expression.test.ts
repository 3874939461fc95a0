// Times mean exactly what they mean to Graphite; additions have one meaning; no hostile text throws or hangs.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { eventLimits, isTimeZone, parseAtTime, parseTime } from '../src';

interface Vector {
  readonly expr: string;
  readonly tz: string;
  readonly now: string;
  readonly epoch?: number;
  readonly microsecond?: number;
  readonly error?: string;
}

// Answers of graphite-web 1.1.8.
const vectors = JSON.parse(
  readFileSync(join(__dirname, '../../vectors/attime.json'), 'utf8'),
) as readonly Vector[];

const nowMs = Date.UTC(2026, 2, 18, 15, 4, 5, 678);
const utc = (iso: string) => Date.parse(iso);

type Parse = typeof parseTime;

function timeOf(parse: Parse, text: string, zone = 'UTC', now = nowMs): number | string {
  const outcome = parse(text, now, zone);
  return outcome.ok ? outcome.value : outcome.problem.message;
}

describe('Graphite’s grammar', () => {
  it.each(vectors.map((v) => [v.expr, v.tz, v.now, v] as const))(
    'reads %j in %s at %s',
    (expr, tz, now, vector) => {
      const outcome = parseAtTime(expr, Date.parse(now), tz);
      if (vector.epoch === undefined) {
        expect(outcome.ok).toBe(false);
        if (outcome.ok) return;
        expect(outcome.problem.code).toBe('BAD_TIME');
        const words = (vector.error ?? '').replace(/^\w+: /, '');
        // Where the message would contain Python's words instead of Graphite's, ours is clearer.
        if (!/^(?:invalid literal|year)/.test(words)) expect(outcome.problem.message).toContain(words);
      } else {
        expect(outcome).toEqual({
          ok: true,
          value: vector.epoch * 1000 + Math.floor((vector.microsecond ?? 0) / 1000),
        });
      }
    },
  );

  it.each([
    ['01:30_20261101', 'America/New_York', '2026-11-01T06:30:00Z', 'shown twice: standard time'],
    ['02:30_20260308', 'America/New_York', '2026-03-08T07:30:00Z', 'skipped: standard time'],
    [
      '01:30_20261025',
      'Europe/Dublin',
      '2026-10-25T00:30:00Z',
      'shown twice, and summer is the standard there',
    ],
    ['noon_20111230', 'Pacific/Apia', '2011-12-30T22:00:00Z', 'a day that was skipped'],
    ['20400701', 'America/New_York', '2040-07-01T05:00:00Z', 'pytz knows no summer time after 2037'],
    ['noon18500101', 'Europe/Berlin', '1850-01-01T11:07:00Z', 'local mean time, in whole minutes'],
    ['٢٠٢٠٠١٠١', 'UTC', '2020-01-01T00:00:00Z', 'decimal digits of any script'],
    ['jan𝟙', 'UTC', '2026-01-01T00:00:00Z', 'digits beyond the first plane'],
    ['-5pm+1h', 'UTC', '2026-03-18T08:00:00Z', 'a negative hour before noon'],
    ['7/4/-5+0s', 'UTC', '1995-07-04T00:00:00Z', 'a negative year'],
  ])('reads %s in %s as %s (%s)', (text, zone, iso) => {
    expect(timeOf(parseAtTime, text, zone)).toBe(utc(iso));
  });

  it.each(['jan²1', '\ufeffnow', '1\x1c:30', '12:²', '99991231+1d', '00010101-1s', '-99999999999999999999y'])(
    'refuses %j',
    (text) => {
      expect(parseAtTime(text, nowMs, 'UTC').ok).toBe(false);
    },
  );

  it('names the fault', () => {
    expect(timeOf(parseAtTime, 'garbage')).toBe(
      'the time "garbage" is not valid: Unknown day reference: garbage',
    );
    expect(timeOf(parseAtTime, 'a\u0007"\u202e')).toContain('Unknown day reference: a\\u0007\\"\\u202e');
    expect(timeOf(parseAtTime, '-5m')).toContain(
      "Invalid offset unit 'm'; units are s, min, h, d, w, mon and y",
    );
    expect(timeOf(parseAtTime, '-1d-6h')).toContain('a number is missing at "-6h" in the offset "-1d-6h"');
    expect(timeOf(parseAtTime, 'noon', 'Mars/Olympus')).toContain('the time zone "Mars/Olympus" is unknown');
    expect(timeOf(parseAtTime, 'now', 'UTC', Number.NaN)).toContain('out of range');
  });
});

describe('our additions', () => {
  it.each([
    ['2026-11-24T10:15:00Z', '2026-11-24T10:15:00Z'],
    ['2026-11-24t10:15:00.250z', '2026-11-24T10:15:00.250Z'],
    ['2026-11-24T10:15:00.250999+01:00', '2026-11-24T09:15:00.250Z'],
    ['2026-11-24T10:15-0530', '2026-11-24T15:45:00Z'],
    ['2026-11-24 10:15:30+02', '2026-11-24T08:15:30Z'],
    ['2026-11-24T10:15:00', '2026-11-24T15:15:00Z'],
    ['2026-11-24 10:15', '2026-11-24T15:15:00Z'],
    [' 2026-11-24 ', '2026-11-24T05:00:00Z'],
    ['2026-11-01T01:30', '2026-11-01T06:30:00Z'],
    ['2026-03-08T02:30', '2026-03-08T07:30:00Z'],
    ['2040-07-01', '2040-07-01T04:00:00Z'], // by the rules of the zone, which Graphite's library does not apply so far ahead
    ['0001-01-01T00:00Z', '0001-01-01T00:00:00Z'],
    ['1467844481.250', '2016-07-06T22:34:41.250Z'],
    ['1467844481.25', '2016-07-06T22:34:41.250Z'],
    ['1467844481250', '2016-07-06T22:34:41.250Z'],
    ['-1d-6h', '2026-03-17T09:04:05.678Z'],
    ['now-1d-6h', '2026-03-17T09:04:05.678Z'],
    ['NOW - 1d - 6h - 5min', '2026-03-17T08:59:05.678Z'],
    ['-1d+6h', '2026-03-17T21:04:05.678Z'],
    ['now+1d-6h', '2026-03-19T09:04:05.678Z'],
    ['2026-11', '2026-11-01T04:00:00Z'],
    ['3 hours ago', '2026-03-18T12:04:05.678Z'],
    ['90min ago', '2026-03-18T13:34:05.678Z'],
    ['A week ago', '2026-03-11T15:04:05.678Z'],
    ['now/d', '2026-03-18T04:00:00Z'],
    ['now/h', '2026-03-18T15:00:00Z'],
    ['now-5m/h', '2026-03-18T14:00:00Z'],
    ['now-1w/w', '2026-03-09T04:00:00Z'],
    ['now/M', '2026-03-01T05:00:00Z'],
    ['now/m', '2026-03-18T15:04:00Z'],
    ['now-1M/Q', '2026-01-01T05:00:00Z'],
    ['now/y', '2026-01-01T05:00:00Z'],
  ])('read %s as %s in New York', (text, iso) => {
    expect(parseAtTime(text, nowMs, 'America/New_York').ok).toBe(false);
    expect(timeOf(parseTime, text, 'America/New_York')).toBe(utc(iso));
  });

  it.each([
    ['2026-02-29', 'day is out of range for month'],
    ['2026-13-01', 'month must be in 1..12'],
    ['0000-01-01', 'year 0 is out of range'],
    ['2026-11-24T24:00', 'hour must be in 0..23'],
    ['2026-11-24T23:59:60Z', 'second must be in 0..59'],
    ['2026-11-24T10:15+24:00', 'hour must be in 0..23 in the distance from UTC'],
    ['0001-01-01T00:00+01:00', 'out of range'],
    ['2026-11-24T10:15:00 01:00', 'Unknown day reference'], // a "+" that became a space in a URL is not guessed
    ['2026-11-24T', 'Unknown day reference'],
    ['2026-1-5', 'Unknown day reference'],
    ['253402300800', 'out of range'],
    ['14678444812500', 'out of range'],
    ['1467844481.0000000001', 'at most nine decimals'],
    ['9999999999999.5', 'at most nine decimals'],
    ['-1d-5m', "Invalid offset unit 'm'"],
    ['noon-1d-6h', 'a number is missing'],
    ['-1d-', 'a number is missing'],
    ['now/x', 'Unknown day reference: now/x'],
    ['now/constructor', 'Unknown day reference: now/constructor'],
    ['last week', 'Unknown day reference: lastweek'],
    ['3 fortnights ago', "Invalid offset unit 'fortnights'"],
    ['2026-13', 'month must be in 1..12'],
  ])('refuse %s: %s', (text, why) => {
    const message = timeOf(parseTime, text);
    expect(message).toContain(why);
    expect(message).toContain('expected a time such as 2026-11-24T10:15:00Z, 1467844481.250, now-1d6h');
  });

  it('leave thirteen digits to Graphite when they are seconds', () => {
    expect(timeOf(parseTime, '0001467844481')).toBe(1467844481_000);
  });

  it('recognize a time zone', () => {
    expect(['UTC', 'Europe/Berlin', 'Etc/GMT+5', 'America/Argentina/Buenos_Aires'].every(isTimeZone)).toBe(
      true,
    );
    expect(['', 'CEST', '+01:00', 'Mars/Olympus', '../etc', 'x'.repeat(10_000)].some(isTimeZone)).toBe(false);
  });
});

describe('hostile text', () => {
  const zones = fc.constantFrom('UTC', 'America/New_York', 'Europe/Berlin', 'Pacific/Apia', 'No/Where');
  const nows = fc.integer({ min: Date.UTC(1970, 0), max: Date.UTC(2060, 0) });
  const words =
    'now noon midnight teatime today yesterday tomorrow am pm : / - + _ . jan march monday sun 1 2 31 12 20260308 ' +
    '20261101 01:30 02:30 6pm 7/4/26 s min h d w mon y m ² ٣ 𝟙 İ 😀 \t \x1c T Z 1467844481 253402300799 -1d +2h -6h ' +
    '2026-11-24 10:15:00.250 99991231';
  const expressions = fc
    .array(fc.constantFrom('', ...words.split(/ +/)), { maxLength: 6 })
    .map((parts) => parts.join(''));
  const anyText = fc.oneof(
    expressions,
    fc.string({ unit: 'binary', maxLength: 300 }),
    fc.string({ unit: 'grapheme' }),
  );

  it('never throws, and every result is a whole number of milliseconds that can be stored', () => {
    fc.assert(
      fc.property(anyText, nows, zones, (text, now, zone) => {
        for (const parse of [parseAtTime, parseTime]) {
          const outcome = parse(text, now, zone);
          if (outcome.ok) {
            expect(Number.isInteger(outcome.value)).toBe(true);
            expect(outcome.value).toBeGreaterThanOrEqual(eventLimits.minTimeMs);
            expect(outcome.value).toBeLessThanOrEqual(eventLimits.maxTimeMs);
          } else expect(outcome.problem.code).toBe('BAD_TIME');
        }
      }),
      { numRuns: 2000 },
    );
  });

  it('means the same as in Graphite', () => {
    for (const { expr, tz, now } of vectors) {
      const graphite = parseAtTime(expr, Date.parse(now), tz);
      if (graphite.ok) expect(parseTime(expr, Date.parse(now), tz)).toEqual(graphite);
    }
    fc.assert(
      fc.property(expressions, nows, zones, (text, now, zone) => {
        const graphite = parseAtTime(text, now, zone);
        if (graphite.ok) expect(parseTime(text, now, zone)).toEqual(graphite);
      }),
      { numRuns: 5000 },
    );
  });

  it('is refused unread beyond 256 characters', () => {
    expect(timeOf(parseTime, `${' '.repeat(253)}now`)).toBe(nowMs);
    for (const text of [`${' '.repeat(254)}now`, '1'.repeat(10_000), '\u{1d7d9}'.repeat(10_000)]) {
      expect(timeOf(parseAtTime, text)).toContain('it is longer than 256 characters');
      expect(timeOf(parseTime, text)).toContain('it is longer than 256 characters');
    }
  });

  // 800 texts of the maximum length each: fast when the work is limited, beyond the time limit of a test otherwise.
  const pieces = [
    '1',
    '1/',
    '-',
    '-1',
    '-1d',
    '+1d-',
    '-1d-1d',
    'now-',
    ' ',
    '\t',
    '1.',
    '2026-11-24',
    'am',
    '1:',
  ];
  it.each([...pieces, '٣', '²', '😀'])('does not hang on %j, repeated', (piece) => {
    for (const start of ['', 'now']) {
      for (const end of ['1', '!']) {
        const text = `${(start + piece.repeat(256)).slice(0, 255)}${end}`;
        for (let i = 0; i < 200; i++) parseTime(text, nowMs, 'Europe/Berlin');
      }
    }
    expect(parseTime(`${piece.repeat(256).slice(0, 255)}!`, nowMs, 'UTC').ok).toBe(false);
  });
});
