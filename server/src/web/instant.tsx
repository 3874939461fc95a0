// A moment, as people read it: in the viewer's time zone, and exactly in the markup.

// One for each zone: to make one takes longer than to write a table of times.
const formats = new Map<string, Intl.DateTimeFormat>();

/** The parts of what the clocks of a zone show at an instant, as numbers in text: `year`, `month`, `day`, `hour` and so on. */
function clockParts(time: number, zone: string): Readonly<Record<string, string>> {
  let format = formats.get(zone);
  if (format === undefined) {
    format = new Intl.DateTimeFormat('en-CA', {
      timeZone: zone,
      hourCycle: 'h23',
      era: 'short',
      weekday: 'long',
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
  return { ...parts, year: `${year < 0 ? '-' : ''}${String(Math.abs(year)).padStart(4, '0')}` };
}

/** What the clocks of a zone show at an instant, to the second, counted as if it were UTC: milliseconds since the epoch. */
export function shownAt(time: number, zone: string): number {
  const { year, month, day, hour, minute, second } = clockParts(time, zone);
  const date = new Date(0);
  date.setUTCFullYear(Number(year), Number(month) - 1, Number(day)); // Date.UTC takes the years 0 to 99 for 1900 to 1999
  return date.setUTCHours(Number(hour), Number(minute), Number(second));
}

/** The day in a zone: `2026-11-25`. */
export function localDay(time: number, zone: string): string {
  const { year, month, day } = clockParts(time, zone);
  return `${year}-${month}-${day}`;
}

/** The time of day in a zone, with milliseconds where there are some: `19:03:48`. */
export function localClock(time: number, zone: string): string {
  const { hour, minute, second } = clockParts(time, zone);
  const ms = ((time % 1000) + 1000) % 1000;
  return `${hour}:${minute}:${second}${ms === 0 ? '' : `.${String(ms).padStart(3, '0')}`}`;
}

/** Day and time of day in a zone, to the second: `2026-11-25 19:03:48`. */
export function localText(time: number, zone: string): string {
  return `${localDay(time, zone)} ${localClock(time, zone).slice(0, 8)}`;
}

const months = 'January February March April May June July August September October November December'.split(
  ' ',
);

/** The day in a zone, in words: `Wednesday, 25 November 2026`. */
export function dayInWords(time: number, zone: string): string {
  const { weekday, year, month, day } = clockParts(time, zone);
  return `${weekday}, ${Number(day)} ${months[Number(month) - 1]} ${Number(year)}`;
}

const units = [
  ['day', 86_400_000],
  ['h', 3_600_000],
  ['min', 60_000],
] as const;

/** How far a moment is from now, in its largest whole unit: `3 min ago`, `in 2 days`, `just now`. */
export function distanceText(time: number, now: number): string {
  const distance = Math.abs(now - time);
  const [unit, ms] = units.find(([, one]) => distance >= one) ?? [];
  if (ms === undefined) return 'just now';
  const count = Math.floor(distance / ms);
  const text = `${count} ${unit}${unit === 'day' && count > 1 ? 's' : ''}`;
  return time > now ? `in ${text}` : `${text} ago`;
}

/** A moment; `time` in milliseconds since the epoch. */
export function Instant({ time, zone }: { readonly time: number; readonly zone: string }) {
  return <time datetime={new Date(time).toISOString()}>{localText(time, zone)}</time>;
}
