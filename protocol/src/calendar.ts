// Finds calendar units (minute to year) in a time zone, with its clock changes.

import { DateTime, Zone } from 'luxon';
import { createWallClock, type WallClock } from './wall-clock';

/** Weeks start on Monday. */
export type CalendarUnit = 'minute' | 'hour' | 'day' | 'week' | 'month' | 'quarter' | 'year';

/** A calendar unit, from `start` (inclusive) to `end` (exclusive), in milliseconds since the epoch. */
export interface CalendarSpan {
  readonly start: number;
  readonly end: number;
}

/** The calendar unit that contains an instant. `zone` must be valid for `isTimeZone`. */
export function calendarSpanAt(timeMs: number, unit: CalendarUnit, zone: string): CalendarSpan {
  const start = DateTime.fromMillis(timeMs, { zone: new ClockZone(zone) }).startOf(unit);
  return { start: start.toMillis(), end: start.plus({ [`${unit}s`]: 1 }).toMillis() };
}

/** A zone of luxon that shows our wall clock. */
class ClockZone extends Zone {
  readonly #name: string;
  readonly #clock: WallClock | undefined;

  constructor(name: string) {
    super();
    this.#name = name;
    this.#clock = createWallClock(name);
  }

  override get name(): string {
    return this.#name;
  }

  override get type(): string {
    return 'wall clock';
  }

  override get isValid(): boolean {
    return this.#clock !== undefined;
  }

  override get isUniversal(): boolean {
    return false;
  }

  override offset(timeMs: number): number {
    return (this.#clock?.offsetAt(timeMs) ?? 0) / 60_000;
  }

  override equals(other: Zone): boolean {
    return other instanceof ClockZone && other.name === this.#name;
  }
}
