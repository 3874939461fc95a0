// Reads times in Graphite's grammar, as in its parameters from and until.
// Follows parseATTime of graphite-web 1.1.8, its quirks included (12am is noon).

import { checkTime, eventLimits, hasWhiteSpace } from './event';
import { preview } from './problem';
import { createPytzClock, startOfDay, timeOfDay, type WallClock } from './wall-clock';

/** A value, or a sentence that says why the text is not valid. */
export type OrWhy<T> = T | string;

const dayMs = 86_400_000;
const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const weekdays = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];
const hoursOfDay = [
  ['noon', 12],
  ['midnight', 0],
  ['teatime', 16],
] as const;
// The first entry that the unit starts with is used: `minh` is minutes. `m` is missing, because it may be a minute or a month.
const units = [
  ['s', 1000],
  ['min', 60_000],
  ['h', 3_600_000],
  ['d', dayMs],
  ['w', 7 * dayMs],
  ['mon', 30 * dayMs],
  ['y', 365 * dayMs],
] as const;

// Characters that are digits for Python's str.isdigit() but not for int().
const noDecimal =
  /[\xb2\xb3\xb9\u1369-\u1371\u19da\u2070\u2074-\u2079\u2080-\u2089\u2460-\u2468\u2474-\u247c\u2488-\u2490\u24ea\u24f5-\u24fd\u24ff\u2776-\u277e\u2780-\u2788\u278a-\u2792\u{10a40}-\u{10a43}\u{10e60}-\u{10e68}\u{11052}-\u{1105a}\u{1f100}-\u{1f10a}]/u;

/** Untrusted text for use in a sentence: escaped, without quotes. */
function shown(text: string): string {
  return preview(text).slice(1, -1);
}

/** Python's str.strip(). Unlike String.trim(), it keeps the byte order mark and removes the C0 separators. */
function strip(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && hasWhiteSpace(text.charAt(start))) start++;
  while (end > start && hasWhiteSpace(text.charAt(end - 1))) end--;
  return text.slice(start, end);
}

/** Normalizes a text for the grammar: lower case, no `_`, `,` or space, and all decimal digits as 0 to 9. */
export function normalizeAtTime(text: string): string {
  return strip(text)
    .toLowerCase()
    .replace(/[_, ]/g, '')
    .replace(/[^\0-\x7f]/gu, (c) => (/\p{Nd}/u.test(c) ? digitOf(c) : c));
}

// Unicode has its decimal digits in runs of ten, 0 to 9; some of these runs are adjacent.
function digitOf(decimal: string): string {
  const code = decimal.codePointAt(0) ?? 0;
  let first = code;
  while (/\p{Nd}/u.test(String.fromCodePoint(first - 1))) first--;
  return String((code - first) % 10);
}

/** Python's int(): white space around and a sign are allowed. */
function readInteger(text: string): OrWhy<number> {
  const bare = /[\x1c-\x1f]/.test(text) ? text : strip(text);
  return /^-?\d+$/.test(bare) ? Number(bare) : `"${shown(text)}" is not a whole number`;
}

/** `MM/DD/YY[YY]`; the years 70 to 99 are 1970 to 1999. */
function readSlashedDate(text: string): OrWhy<number> {
  const [month, day, year] = text.split('/').map(readInteger);
  for (const part of [month, day, year]) if (typeof part === 'string') return part;
  let fullYear = Number(year);
  if (fullYear < 1900) fullYear += 1900;
  if (fullYear < 1970) fullYear += 100;
  return startOfDay(fullYear, Number(month), Number(day));
}

/** Wall milliseconds of 00:00 on the day that `text` names, or `undefined` if it does not name a day. */
function readDay(text: string, todayMs: number): OrWhy<number> | undefined {
  if (text === '' || text === 'today') return todayMs;
  if (text === 'yesterday') return todayMs - dayMs;
  if (text === 'tomorrow') return todayMs + dayMs;
  if (/^[^/]*\/[^/]*\/[^/]*$/.test(text)) return readSlashedDate(text);
  if (/^\d{8}$/.test(text)) {
    return startOfDay(Number(text.slice(0, 4)), Number(text.slice(4, 6)), Number(text.slice(6)));
  }
  const month = months.indexOf(text.slice(0, 3)) + 1;
  if (month > 0) {
    // Only the last two characters count: `march 5 2019` is 19 March of this year.
    const end = [...text].slice(-2).join('');
    const day = /^\d\d$/.test(end) ? end : /^\d$/.test(end.slice(-1)) ? end.slice(-1) : '';
    if (day === '') return 'Day of month required after month name';
    if (day.length === 1 && noDecimal.test(end)) return readInteger(end);
    return startOfDay(new Date(todayMs).getUTCFullYear(), month, Number(day));
  }
  const weekday = weekdays.indexOf(text.slice(0, 3));
  if (weekday >= 0) return todayMs - ((new Date(todayMs).getUTCDay() - weekday + 7) % 7) * dayMs;
  return undefined;
}

/** Wall milliseconds of a reference other than `now`: a time of day (default: 00:00) and a day. */
function readReference(reference: string, todayMs: number): OrWhy<number> {
  let rest = reference;
  let hour: OrWhy<number> = 0;
  let minute: OrWhy<number> = 0;
  const colon = rest.indexOf(':');
  if (colon > 0 && colon < 3) {
    hour = readInteger(rest.slice(0, colon));
    minute = readInteger(rest.slice(colon + 1, colon + 3));
    if (typeof minute === 'string') return minute;
    rest = rest.slice(colon + 3);
    // As in Graphite, 12:30am is 12:30 and 12:30pm is 00:30; the same is true for 12am and 12pm below.
    if (typeof hour === 'number' && rest.startsWith('pm')) hour = afternoon(hour);
    if (rest.startsWith('am') || rest.startsWith('pm')) rest = rest.slice(2);
  }
  for (const half of ['am', 'pm']) {
    if (typeof hour === 'string') return hour;
    const at = rest.indexOf(half);
    if (at > 0 && at < 3) {
      hour = readInteger(rest.slice(0, at));
      if (typeof hour === 'number' && half === 'pm') hour = afternoon(hour);
      rest = rest.slice(at + 2);
    }
  }
  if (typeof hour === 'string') return hour;
  const named = hoursOfDay.find(([name]) => rest.startsWith(name));
  if (named) {
    hour = named[1];
    minute = 0;
    rest = rest.slice(named[0].length);
  }
  const sinceMidnightMs = timeOfDay(hour, minute, 0, 0);
  if (typeof sinceMidnightMs === 'string') return sinceMidnightMs;
  const day = readDay(rest, todayMs);
  if (day === undefined) return `Unknown day reference: ${shown(reference)}`;
  return typeof day === 'string' ? day : day + sinceMidnightMs;
}

function afternoon(hour: number): number {
  return (((hour + 12) % 24) + 24) % 24; // Python's %, which is never negative
}

/** Milliseconds of a signed offset such as `-1d12h`, which does not depend on clock changes; '' is 0. */
export function readOffset(offset: string): OrWhy<number> {
  if (offset === '') return 0;
  const sign = offset.startsWith('-') ? -1 : 1;
  const step = /(\d*)(\p{L}*)/uy;
  step.lastIndex = 1;
  let sumMs = 0;
  while (step.lastIndex < offset.length) {
    const at = step.lastIndex;
    const [, count = '', name = ''] = step.exec(offset) ?? [];
    if (count === '')
      return `a number is missing at "${shown(offset.slice(at))}" in the offset "${shown(offset)}"`;
    const unit = units.find(([prefix]) => name.startsWith(prefix));
    if (!unit) return `Invalid offset unit '${shown(name)}'; units are s, min, h, d, w, mon and y`;
    sumMs += sign * Number(count) * unit[1];
  }
  return sumMs;
}

/** Reads a time in Graphite's grammar as milliseconds since the epoch. `now` and `zone` are as in `parseAtTime`. */
export function readAtTime(text: string, nowMs: number, zone: string): OrWhy<number> {
  const clock = createPytzClock(zone);
  if (!clock) return `the time zone "${shown(zone)}" is unknown`;
  const normal = normalizeAtTime(text);
  if (/^\d+$/.test(normal) && !isDate(normal)) return settle(Number(normal) * 1000, clock);
  const signAt = normal.includes('+') ? normal.indexOf('+') : normal.indexOf('-');
  const reference = signAt === -1 ? normal : normal.slice(0, signAt);
  const startMs = reference === '' || reference === 'now' ? nowMs : readWallTime(reference, nowMs, clock);
  if (typeof startMs === 'string') return startMs;
  const offsetMs = readOffset(signAt === -1 ? '' : normal.slice(signAt));
  return typeof offsetMs === 'string' ? offsetMs : settle(startMs + offsetMs, clock);
}

// True for eight digits that may be YYYYMMDD. 20200230 is a date (which does not exist); 20201301 is an instant in 1970.
function isDate(digits: string): boolean {
  if (digits.length !== 8 || Number(digits.slice(0, 4)) <= 1900) return false;
  return Number(digits.slice(4, 6)) < 13 && Number(digits.slice(6)) < 32;
}

function readWallTime(reference: string, nowMs: number, clock: WallClock): OrWhy<number> {
  const localMs = nowMs + clock.offsetAt(nowMs);
  const wallMs = readReference(reference, Math.floor(localMs / dayMs) * dayMs);
  if (typeof wallMs === 'string') return wallMs;
  // pytz looks one day back and one day ahead for a clock change; both days must be in the calendar.
  const aroundMs = clock.isFixed ? 0 : dayMs;
  const isInCalendar =
    wallMs - aroundMs >= eventLimits.minTimeMs && wallMs + aroundMs <= eventLimits.maxTimeMs;
  return isInCalendar ? clock.toInstant(wallMs) : 'date value out of range';
}

/** Rounds down to whole milliseconds, and refuses times outside the years 1 to 9999, in UTC and in local time. */
function settle(exactMs: number, clock: WallClock): OrWhy<number> {
  const time = checkTime(Math.floor(exactMs));
  const isInCalendar = time.ok && checkTime(time.value + clock.offsetAt(time.value)).ok;
  return isInCalendar ? time.value : 'date value out of range; times are in the years 0001 to 9999';
}
