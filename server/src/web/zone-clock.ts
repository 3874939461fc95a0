// What the clocks of a zone show at an instant. Pages are drawn by server and browser: the server gives its own clock, so
// that a page agrees with the answers of the API; a browser has that of Intl.

/** The local time of a zone at an instant, as if it were UTC; both in milliseconds since the epoch. */
export type ZoneClock = (time: number, zone: string) => number;

// One per zone: creating a format takes longer than writing a table of times.
const formats = new Map<string, Intl.DateTimeFormat>();
let clock: ZoneClock = shownByIntl;

/** From now on pages show the times of this clock. */
export function showTimesBy(given: ZoneClock): void {
  clock = given;
}

/** The local time of a zone at an instant, to the second, as if it were UTC: milliseconds since the epoch. */
export function shownAt(time: number, zone: string): number {
  return Math.floor(clock(time, zone) / 1000) * 1000;
}

function shownByIntl(time: number, zone: string): number {
  let format = formats.get(zone);
  if (format === undefined) {
    format = new Intl.DateTimeFormat('en-CA', {
      timeZone: zone,
      hourCycle: 'h23',
      era: 'short',
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
    });
    formats.set(zone, format);
  }
  const parts = Object.fromEntries(format.formatToParts(time).map(({ type, value }) => [type, value]));
  // The year before 1 is 0, as in ISO 8601.
  const year = parts['era'] === 'BC' ? 1 - Number(parts['year']) : Number(parts['year']);
  const date = new Date(0);
  date.setUTCFullYear(year, Number(parts['month']) - 1, Number(parts['day'])); // Date.UTC reads the years 0 to 99 as 1900 to 1999
  return date.setUTCHours(Number(parts['hour']), Number(parts['minute']), Number(parts['second']));
}
