// An instant as readable text in the viewer's time zone, and exactly in the markup.

import { shownAt } from './zone-clock';

/** The day in a zone: `2026-11-25`. */
export function localDay(time: number, zone: string): string {
  const shown = new Date(shownAt(time, zone));
  const year = shown.getUTCFullYear();
  const monthAndDay = [shown.getUTCMonth() + 1, shown.getUTCDate()].map(twoDigits).join('-');
  return `${year < 0 ? '-' : ''}${String(Math.abs(year)).padStart(4, '0')}-${monthAndDay}`;
}

/** The time of day in a zone, with milliseconds if not 0: `19:03:48`. */
export function localClock(time: number, zone: string): string {
  const shown = new Date(shownAt(time, zone));
  const clock = [shown.getUTCHours(), shown.getUTCMinutes(), shown.getUTCSeconds()].map(twoDigits).join(':');
  const ms = ((time % 1000) + 1000) % 1000;
  return `${clock}${ms === 0 ? '' : `.${String(ms).padStart(3, '0')}`}`;
}

const twoDigits = (number: number): string => String(number).padStart(2, '0');

/** Day and time of day in a zone, to the second: `2026-11-25 19:03:48`. */
export function localText(time: number, zone: string): string {
  return `${localDay(time, zone)} ${localClock(time, zone).slice(0, 8)}`;
}

const weekdays = 'Sunday Monday Tuesday Wednesday Thursday Friday Saturday'.split(' ');
const months = 'January February March April May June July August September October November December'.split(
  ' ',
);

/** The day in a zone, in words: `Wednesday, 25 November 2026`. */
export function dayInWords(time: number, zone: string): string {
  const shown = new Date(shownAt(time, zone));
  const month = months[shown.getUTCMonth()];
  return `${weekdays[shown.getUTCDay()]}, ${shown.getUTCDate()} ${month} ${shown.getUTCFullYear()}`;
}

const units = [
  ['day', 86_400_000],
  ['h', 3_600_000],
  ['min', 60_000],
] as const;

/** The distance of an instant from now, in the largest whole unit: `3 min ago`, `in 2 days`, `just now`. */
export function distanceText(time: number, now: number): string {
  const distance = Math.abs(now - time);
  const [unit, ms] = units.find(([, one]) => distance >= one) ?? [];
  if (ms === undefined) return 'just now';
  const count = Math.floor(distance / ms);
  const text = `${count} ${unit}${unit === 'day' && count > 1 ? 's' : ''}`;
  return time > now ? `in ${text}` : `${text} ago`;
}

/** An instant; `time` in milliseconds since the epoch. */
export function Instant({ time, zone }: { readonly time: number; readonly zone: string }) {
  return <time datetime={new Date(time).toISOString()}>{localText(time, zone)}</time>;
}
