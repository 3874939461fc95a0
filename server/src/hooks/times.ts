// Reads the times that other programs write: texts in several forms, and numbers of several units. Pure.

import { parseChangeTime } from '@anthracite/protocol/change';
import { eventLimits } from '@anthracite/protocol/core';
import { valueAt } from './payload';

// Seconds until the year 5138; milliseconds until 5138; and so on. Each unit begins at the limit of the previous unit.
const units: readonly (readonly [limit: number, perMs: number])[] = [
  [1e11, 0.001],
  [1e14, 1],
  [1e17, 1_000],
  [1e20, 1_000_000],
];

/** 1980-01-01T00:00:00Z. An earlier number is most likely no time. */
const firstMs = 315_532_800_000;

/**
 * Milliseconds since the epoch of a number of seconds, milliseconds, microseconds or nanoseconds; its size shows the unit.
 * Null for a number that is before 1980 in each unit.
 */
export function timeOfNumber(value: number): number | null {
  const unit = units.find(([limit]) => value < limit);
  if (unit === undefined || !(value > 0)) return null;
  const ms = Math.floor(
    unit[1] < 1 ? Math.round(value * 1_000) : Math.round((value / unit[1]) * 1_000) / 1_000,
  );
  return ms >= firstMs && ms <= eventLimits.maxTimeMs ? ms : null;
}

const blankOffset = /^(\S+ \S+) ([+-]\d\d:?\d\d)$/;
const datesOnly = /^\d{4}-\d\d-\d\d$/;

/**
 * Milliseconds since the epoch of a time in a payload: a number, digits, or a text such as `2026-11-24T10:15:00.123456789+01:00`,
 * `2026-11-24 11:15:00 +0100` or `2026-11-24 10:07:31 UTC`. Null for anything else, and for the year 1, which means no time.
 */
export function timeOf(value: unknown): number | null {
  if (typeof value === 'number') return timeOfNumber(value);
  if (typeof value !== 'string') return null;
  const text = value.trim();
  if (/^\d{9,19}(?:\.\d{1,9})?$/.test(text)) return timeOfNumber(Number(text));
  if (datesOnly.test(text)) return parseChangeTime(`${text}T00:00:00Z`);
  return parseChangeTime(text.replace(blankOffset, '$1$2'));
}

/** The time at the first of some paths that has one; null if none has. */
export function timeAt(json: unknown, ...paths: readonly string[]): number | null {
  for (const path of paths) {
    const time = timeOf(valueAt(json, path));
    if (time !== null) return time;
  }
  return null;
}
