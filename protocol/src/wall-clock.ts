// Converts between instants and local times of a time zone. "Wall milliseconds" are a local time, counted as if it were UTC.
// All offsets of time zones come from here, so that all parts agree.

import { eventLimits } from './event';
import { runtimeZones } from './zone/runtime-zones';
import type { ZoneData } from './zone/zone-data';
import { isZoneName } from './zone/zone-names';

/** The clock of a time zone. Instants are milliseconds since the epoch. */
export interface WallClock {
  /** True if the zone has no clock changes. */
  readonly isFixed: boolean;
  /** The offset from UTC at an instant, in milliseconds; positive east of Greenwich. */
  offsetAt(timeMs: number): number;
  /**
   * The instant of the local time `wallMs`. A local time that occurs twice is read in standard time. A skipped local time is read with
   * the offset before the change: 02:30 is 02:30 EST, which is 03:30 EDT.
   */
  toInstant(wallMs: number): number;
}

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const fixedZone = /^(?:etc\/.+|utc|uct|gmt|zulu|universal|greenwich)$/i;
const utcZone = /^(?:etc\/)?(?:utc|uct|gmt|zulu|universal|greenwich)$/i;
// Zones in which, since a year, summer time is the standard time: the first of two equal local times is used.
const winterIsException = [
  [/^(?:europe\/dublin|eire)$/i, 1968],
  [/^africa\/windhoek$/i, 1990],
  [/^africa\/(?:casablanca|el_aaiun)$/i, 2018],
] as const;

let data: ZoneData = runtimeZones;

/** Sets the time zone data of all clocks. The default is the data of Node.js. */
export function useZoneData(next: ZoneData): void {
  data = next;
}

/** The time zone data in use: its version, such as `2026f`, and its source. */
export function zoneDataInUse(): Pick<ZoneData, 'version' | 'source'> {
  return { version: data.version, source: data.source };
}

/** True for the IANA name of a known time zone, such as `Europe/Berlin` or `UTC`. Only for settings: names may be cached. */
export function isTimeZone(zone: string): boolean {
  return isZoneName(zone) && data.offsetsOf(zone) !== undefined;
}

/**
 * The usual spelling of the IANA name of a time zone; null for an unknown name. Names from clients go through it before
 * they are used: there are few zones, but many spellings.
 */
export function canonicalZone(zone: string): string | null {
  return (isZoneName(zone) && data.nameOf(zone)) || null;
}

/** The clock of a zone, with all known past and future clock changes; `undefined` for an unknown zone. */
export function createWallClock(zone: string): WallClock | undefined {
  if (utcZone.test(zone)) return createClock(zone, () => 0);
  const found = isZoneName(zone) ? data.offsetsOf(zone) : undefined;
  return found && createClock(zone, found.offsetAt);
}

/**
 * The clock of a zone as in pytz, Graphite's library: offsets in whole minutes, local mean time before the first 32-bit second
 * (1901-12-13), and no clock changes after the last one (2038-01-19).
 */
export function createPytzClock(zone: string): WallClock | undefined {
  const clock = createWallClock(zone);
  if (!clock) return undefined;
  return createClock(zone, (timeMs) => {
    const known = timeMs < -(2 ** 31) * 1000 ? eventLimits.minTimeMs : Math.min(timeMs, (2 ** 31 - 1) * 1000);
    return Math.floor((clock.offsetAt(known) + 30_000) / 60_000) * 60_000;
  });
}

function createClock(zone: string, offsetAt: WallClock['offsetAt']): WallClock {
  const winterYear = winterIsException.find(([form]) => form.test(zone))?.[1];
  return {
    isFixed: fixedZone.test(zone),
    offsetAt,
    toInstant: (wallMs) => {
      const isFirstMeant = winterYear !== undefined && wallMs >= Date.UTC(winterYear, 0);
      // A skipped time is looked up six hours earlier, and again if a whole day was skipped, as in Samoa in 2011.
      for (let backMs = 0; backMs <= 2 * dayMs; backMs += 6 * hourMs) {
        const shownMs = wallMs - backMs;
        const instants = [shownMs - dayMs, shownMs + dayMs]
          .map((aroundMs) => shownMs - offsetAt(aroundMs))
          .filter((timeMs) => timeMs + offsetAt(timeMs) === shownMs);
        if (instants.length > 0)
          return (isFirstMeant ? Math.min(...instants) : Math.max(...instants)) + backMs;
      }
      return wallMs - offsetAt(wallMs);
    },
  };
}

/** Wall milliseconds of 00:00 on a day, or a sentence that says why the day does not exist. Years are 1 to 9999. */
export function startOfDay(year: number, month: number, day: number): number | string {
  if (!(year >= 1 && year <= 9999)) return `year ${year} is out of range`;
  if (!(month >= 1 && month <= 12)) return 'month must be in 1..12';
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day); // Date.UTC takes the years 0 to 99 for 1900 to 1999
  return date.getUTCDate() === day ? date.getTime() : 'day is out of range for month';
}

/** Milliseconds since 00:00, or a sentence that says why the time of day does not exist. */
export function timeOfDay(hour: number, minute: number, second: number, ms: number): number | string {
  if (!(hour >= 0 && hour <= 23)) return 'hour must be in 0..23';
  if (!(minute >= 0 && minute <= 59)) return 'minute must be in 0..59';
  if (!(second >= 0 && second <= 59)) return 'second must be in 0..59';
  return hour * hourMs + minute * 60_000 + second * 1000 + ms;
}
