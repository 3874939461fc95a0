// Checks times that are numbers. A number before 1980 is refused, because it is most likely in another unit; earlier times must be
// written as text.

import { checkTime } from './event';
import { failed, type Outcome, preview, succeeded } from './problem';
import { formatTime } from './time-expression';

/** The numbers that are accepted as times: `all` in lists that Anthracite wrote, otherwise only those from 1980 on. */
export type TimeNumbers = 'recent' | 'all';

/** 1980-01-01T00:00:00Z. Seconds that are read as milliseconds are before it until the year 2286. */
const firstNumberMs = 315_532_800_000;

/** Checks milliseconds that were sent as a number. */
export function checkTimeNumber(timeMs: number): Outcome<number> {
  const inSeconds = 'if it counts seconds, multiply it by 1000';
  return checkRecent(timeMs, { value: String(timeMs), unit: 'milliseconds', hint: inSeconds });
}

/** Checks the time of a table cell. `text` is the cell, `timeMs` its value in milliseconds. */
export function checkTimeCell(text: string, timeMs: number): Outcome<number> {
  if (!/^\s*-?\d+(?:[.,]\d+)?\s*$/.test(text)) return succeeded(timeMs);
  const isDay = 'if it is the day number of a spreadsheet, format the column as a date';
  return checkRecent(timeMs, { value: preview(text), unit: 'seconds', hint: isDay });
}

function checkRecent(
  timeMs: number,
  facts: { readonly value: string; readonly unit: string; readonly hint: string },
): Outcome<number> {
  const time = checkTime(timeMs);
  if (!time.ok || timeMs >= firstNumberMs) return time;
  return failed('TIME_BEFORE_1980', { ...facts, time: formatTime(timeMs, 'UTC') });
}

/** A time as a JSON value that is accepted everywhere: milliseconds, or text before 1980. */
export function jsonTime(timeMs: number): number | string {
  return timeMs >= firstNumberMs ? timeMs : formatTime(timeMs, 'UTC');
}
