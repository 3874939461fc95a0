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
  return { ...parts, year: (parts['year'] ?? '').padStart(4, '0') };
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
