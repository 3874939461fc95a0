// Reads times that people and programs write: Graphite's grammar (at-time.ts), and further formats that do not conflict with it.

import { normalizeAtTime, type OrWhy, readAtTime, readOffset } from './at-time';
import { type CalendarUnit, calendarSpanAt } from './calendar';
import { checkTime } from './event';
import { parseTimestamp } from './line';
import { failed, type Outcome, preview, succeeded } from './problem';
import { createWallClock, isTimeZone, startOfDay, timeOfDay } from './wall-clock';

export { isTimeZone } from './wall-clock';

const maxChars = 256;
const examples =
  'expected a time such as 2026-11-24T10:15:00Z, 1467844481.250, now-1d6h, 3 hours ago, now/d, 2026-11, noon_yesterday or 18:30_20261124';

/**
 * Reads a time of Graphite's `from` and `until`. Behaves like parseATTime of graphite-web, measured with 1.1.8.
 *
 * `nowMs` and the result are milliseconds since the epoch; the result is an integer. Local times are in `zone`, an IANA name.
 * Empty text is now. The problem is BAD_TIME, with Graphite's message if it has one: a text that is not a time, a date that does
 * not exist, outside the years 1 to 9999, longer than 256 characters, or an unknown zone.
 * @example parseAtTime('noon_yesterday-1h', Date.now(), 'Europe/Berlin')
 */
export function parseAtTime(text: string, nowMs: number, zone: string): Outcome<number> {
  return parseWith(readAtTime, text, nowMs, zone);
}

/**
 * Reads a time of Anthracite's own routes and commands: everything that `parseAtTime` reads, with the same result, and
 *
 * - ISO 8601: `2026-11-24T10:15:00.250+01:00`, or in `zone` `2026-11-24T10:15:00`, `2026-11-24 10:15`, `2026-11-24`;
 * - seconds since the epoch with decimals, `1467844481.250`, and 13 digits of milliseconds, `1467844481250`;
 * - several signed offsets, which Grafana sends although Graphite accepts only one: `-1d-6h`, `now-1d+6h`;
 * - the start of the calendar unit that contains the time, as in Grafana: `now/d`, `now-1w/w`;
 * - a month, which means its start: `2026-11`; and a time ago: `3 hours ago`, `a week ago`.
 *
 * `nowMs` and the result are milliseconds since the epoch; the result is rounded down. The problem is BAD_TIME.
 * @example parseTime('2026-11-24 10:15', Date.now(), 'Europe/Berlin')
 */
export function parseTime(text: string, nowMs: number, zone: string): Outcome<number> {
  return parseWith(readTime, text, nowMs, zone);
}

/**
 * Reads a duration of Graphite's functions, such as `1h30min` or `-7d`, in milliseconds; without a sign it is positive.
 * Units are s, min, h, d, w, mon (30 days) and y (365 days). The problem is BAD_TIME.
 */
export function parseOffset(text: string): Outcome<number> {
  const isTooLong = text.length > maxChars;
  const signed = /^[+-]/.test(text) ? text : `+${text}`;
  const offset = isTooLong ? `it is longer than ${maxChars} characters` : readOffset(signed.toLowerCase());
  if (typeof offset === 'string') return failed('BAD_TIME', { value: preview(text), why: offset });
  if (!Number.isSafeInteger(offset) || signed.length === 1) {
    return failed('BAD_TIME', { value: preview(text), why: 'expected a duration such as 1h30min' });
  }
  return succeeded(offset);
}

/**
 * Writes an instant as ISO 8601 in a time zone, with milliseconds only if they are not 0: `2026-11-24T10:15:00.250+01:00`, and
 * with `Z` if the offset is 0. `zone` must be valid for `isTimeZone`.
 */
export function formatTime(timeMs: number, zone: string): string {
  const aheadMs = createWallClock(zone)?.offsetAt(timeMs) ?? 0;
  const wall = new Date(timeMs + aheadMs)
    .toISOString()
    .slice(0, -1)
    .replace(/\.000$/, '');
  if (aheadMs === 0) return `${wall}Z`;
  const ahead = new Date(Math.abs(aheadMs)).toISOString().slice(11, 19).replace(/:00$/, '');
  return `${wall}${aheadMs < 0 ? '-' : '+'}${ahead}`;
}

type Reader = (text: string, nowMs: number, zone: string) => OrWhy<number>;

function parseWith(read: Reader, text: string, nowMs: number, zone: string): Outcome<number> {
  const isTooLong = text.length > maxChars;
  const time = isTooLong ? `it is longer than ${maxChars} characters` : read(text, nowMs, zone);
  return typeof time === 'string' ? failed('BAD_TIME', { value: preview(text), why: time }) : succeeded(time);
}

// Tries Graphite's grammar first, so that everything it accepts keeps its meaning.
function readTime(text: string, nowMs: number, zone: string): OrWhy<number> {
  const atTime = readAtTime(text, nowMs, zone);
  if (typeof atTime === 'number') return atTime;
  const bare = text.trim();
  const time =
    readIsoTime(bare, zone) ??
    readEpoch(bare) ??
    readOffsets(text, nowMs) ??
    readAgo(text, nowMs) ??
    readStartOfUnit(bare, nowMs, zone) ??
    atTime;
  if (typeof time === 'string') return `${time}; ${examples}`;
  const checked = checkTime(time);
  return checked.ok ? checked.value : `date value out of range; ${examples}`;
}

const isoForm =
  /^(\d{4})-(\d\d)(?:-(\d\d))?(?:(?<=\d{4}-\d\d-\d\d)[T ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?(?:(Z)|([+-])(\d\d)(?::?(\d\d))?)?)?$/i;

function readIsoTime(text: string, zone: string): OrWhy<number> | undefined {
  const match = isoForm.exec(text);
  if (!match) return undefined;
  const [, year, month, day, hour, minute, second, fraction = '', utc, sign, aheadHours, aheadMinutes] =
    match;
  const dayStartMs = startOfDay(Number(year), Number(month), Number(day ?? 1));
  if (typeof dayStartMs === 'string') return dayStartMs;
  const ms = Number(fraction.padEnd(3, '0').slice(0, 3));
  const sinceMidnightMs = timeOfDay(Number(hour ?? 0), Number(minute ?? 0), Number(second ?? 0), ms);
  if (typeof sinceMidnightMs === 'string') return sinceMidnightMs;
  const wallMs = dayStartMs + sinceMidnightMs;
  if (utc !== undefined) return wallMs;
  if (sign !== undefined) {
    const aheadMs = timeOfDay(Number(aheadHours), Number(aheadMinutes ?? 0), 0, 0);
    if (typeof aheadMs === 'string') return `${aheadMs} in the distance from UTC`;
    return sign === '-' ? wallMs + aheadMs : wallMs - aheadMs;
  }
  return createWallClock(zone)?.toInstant(wallMs);
}

function readEpoch(text: string): OrWhy<number> | undefined {
  if (/^\d{13}$/.test(text)) return Number(text);
  if (!/^\d+\.\d+$/.test(text)) return undefined;
  const seconds = parseTimestamp(text);
  return seconds.ok ? seconds.value : 'it is not seconds since 1970 with at most nine decimals';
}

function readOffsets(text: string, nowMs: number): OrWhy<number> | undefined {
  const match = /^(?:now)?((?:[+-][^+-]+){2,})$/.exec(normalizeAtTime(text));
  let sumMs = nowMs;
  for (const offset of match?.[1]?.match(/[+-][^+-]+/g) ?? []) {
    const offsetMs = readOffset(offset);
    if (typeof offsetMs === 'string') return offsetMs;
    sumMs += offsetMs;
  }
  return match ? Math.floor(sumMs) : undefined;
}

// The units are those of Graphite, which recognises them by their first letters.
function readAgo(text: string, nowMs: number): OrWhy<number> | undefined {
  const [, count, unit] = /^(\d{1,9}|an?)([a-z]+)ago$/.exec(normalizeAtTime(text)) ?? [];
  if (count === undefined || unit === undefined) return undefined;
  const offsetMs = readOffset(`-${count.startsWith('a') ? 1 : count}${unit}`);
  return typeof offsetMs === 'string' ? offsetMs : Math.floor(nowMs + offsetMs);
}

// `M` is a month and `m` a minute, as in Grafana.
const roundingUnits: Readonly<Record<string, CalendarUnit>> = {
  m: 'minute',
  min: 'minute',
  h: 'hour',
  d: 'day',
  w: 'week',
  M: 'month',
  mon: 'month',
  Q: 'quarter',
  q: 'quarter',
  y: 'year',
};

function readStartOfUnit(text: string, nowMs: number, zone: string): OrWhy<number> | undefined {
  const [, offsets = '', name = ''] = /^now((?:[+-]\d+[a-zA-Z]+)*)\/([a-zA-Z]+)$/.exec(text) ?? [];
  const unit = Object.hasOwn(roundingUnits, name) ? roundingUnits[name] : undefined;
  if (unit === undefined || !isTimeZone(zone)) return undefined;
  let timeMs = nowMs;
  for (const offset of offsets.match(/[+-][^+-]+/g) ?? []) {
    const offsetMs = readOffset(offset.replace(/M$/, 'mon').replace(/m$/, 'min'));
    if (typeof offsetMs === 'string') return offsetMs;
    timeMs += offsetMs;
  }
  const checked = checkTime(Math.floor(timeMs));
  return checked.ok ? calendarSpanAt(checked.value, unit, zone).start : 'date value out of range';
}
