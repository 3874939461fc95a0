// The clocks on the wall of a time zone: what they show at an instant, and when they show a given time.
// Knows no text. "Wall milliseconds" are what the clock shows, counted as if it were UTC.

import { IANAZone } from 'luxon';
import { eventLimits } from './event';

/** The clocks of one zone. Instants are milliseconds since 1970. */
export interface WallClock {
  /** The clocks are never changed. */
  readonly isFixed: boolean;
  /** How many milliseconds the clocks are ahead of UTC at an instant. */
  offsetAt(timeMs: number): number;
  /**
   * The instant at which the clocks show `wallMs`. Of a time that is shown twice, the one in standard time is meant;
   * one that is skipped is read by the clock before the change: 02:30 is 02:30 EST, which is 03:30 EDT.
   */
  toInstant(wallMs: number): number;
}

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const zoneForm = /^[A-Za-z][\w+/-]{0,63}$/;
const fixedZone = /^(?:etc\/.+|utc|uct|gmt|zulu|universal|greenwich)$/i;
const utcZone = /^(?:etc\/)?(?:utc|uct|gmt|zulu|universal|greenwich)$/i;
// Where, since a year, summer time is the standard and winter the exception: the first of two is meant.
const winterIsException = [
  [/^(?:europe\/dublin|eire)$/i, 1968],
  [/^africa\/windhoek$/i, 1990],
  [/^africa\/(?:casablanca|el_aaiun)$/i, 2018],
] as const;

// Luxon remembers every name it was asked for: a zone is a setting, never a stranger's text.
function findZone(zone: string): IANAZone | undefined {
  if (!zoneForm.test(zone)) return undefined;
  const found = IANAZone.create(zone);
  return found.isValid ? found : undefined;
}

/** True for the IANA name of a time zone that this Node.js knows, as `Europe/Berlin` or `UTC`. */
export function isTimeZone(zone: string): boolean {
  return findZone(zone) !== undefined;
}

/** The clocks of a zone by all that is known of their past and future; `undefined` for an unknown zone. */
export function createWallClock(zone: string): WallClock | undefined {
  const found = findZone(zone);
  if (utcZone.test(zone)) return createClock(zone, () => 0);
  return found && createClock(zone, (timeMs) => found.offset(timeMs) * 60_000);
}

/**
 * The clocks of a zone as Graphite's library, pytz, has them: in whole minutes, local mean time before the
 * 32-bit seconds begin (1901-12-13), and no more changes after they end (2038-01-19).
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

/** Wall milliseconds of 00:00 on a day, or a sentence that says why there is no such day. Years are 1 to 9999. */
export function startOfDay(year: number, month: number, day: number): number | string {
  if (!(year >= 1 && year <= 9999)) return `year ${year} is out of range`;
  if (!(month >= 1 && month <= 12)) return 'month must be in 1..12';
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day); // Date.UTC takes the years 0 to 99 for 1900 to 1999
  return date.getUTCDate() === day ? date.getTime() : 'day is out of range for month';
}

/** Wall milliseconds since 00:00, or a sentence that says why there is no such time of day. */
export function timeOfDay(hour: number, minute: number, second: number, ms: number): number | string {
  if (!(hour >= 0 && hour <= 23)) return 'hour must be in 0..23';
  if (!(minute >= 0 && minute <= 59)) return 'minute must be in 0..59';
  if (!(second >= 0 && second <= 59)) return 'second must be in 0..59';
  return hour * hourMs + minute * 60_000 + second * 1000 + ms;
}
