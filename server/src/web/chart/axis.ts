// Ticks of the axes of charts, and their labels. Pure geometry: values in, positions out.

import { type CalendarUnit, calendarSpanAt, formatTime } from '@anthracite/protocol';
import type { Range } from '../../report/intervals';

/** A tick of an axis: its value and its label. */
export interface Tick {
  readonly value: number;
  readonly text: string;
}

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;
const yearMs = 365 * dayMs;

type Step = { readonly ms: number; readonly unit: CalendarUnit | 'clock'; readonly count: number };

const clockSteps = [1, 5, 15, 30, 60, 180, 360, 720].map(
  (minutes): Step => ({ ms: minutes * minuteMs, unit: 'clock', count: minutes * minuteMs }),
);
const steps: readonly Step[] = [
  ...clockSteps,
  { ms: dayMs, unit: 'day', count: 1 },
  { ms: 2 * dayMs, unit: 'day', count: 2 },
  { ms: 7 * dayMs, unit: 'week', count: 1 },
  { ms: 14 * dayMs, unit: 'week', count: 2 },
  { ms: 30.5 * dayMs, unit: 'month', count: 1 },
  { ms: 91 * dayMs, unit: 'quarter', count: 1 },
  { ms: yearMs, unit: 'year', count: 1 },
  ...[2, 5, 10, 50, 200, 1_000].map((count): Step => ({ ms: count * yearMs, unit: 'year', count })),
];
const monthNames = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** Ticks of a time axis, at most `limit`: hours, days, weeks, months and so on of the calendar in a time zone. */
export function timeTicks({ fromMs, untilMs }: Range, zone: string, limit: number): Tick[] {
  const step = steps.find(({ ms }) => (untilMs - fromMs) / ms <= limit) ?? (steps.at(-1) as Step);
  const ticks: Tick[] = [];
  for (
    let at = firstOf(fromMs, step, zone);
    at < untilMs && ticks.length < limit;
    at = nextOf(at, step, zone)
  ) {
    if (at >= fromMs) ticks.push({ value: at, text: tickText(at, step, zone) });
  }
  return ticks;
}

function firstOf(timeMs: number, { unit, count }: Step, zone: string): number {
  if (unit !== 'clock') return calendarSpanAt(timeMs, unit, zone).start;
  const midnight = calendarSpanAt(timeMs, 'day', zone).start;
  return midnight + Math.floor((timeMs - midnight) / count) * count;
}

// Steps within a day restart at each local midnight.
function nextOf(timeMs: number, { unit, count }: Step, zone: string): number {
  if (unit === 'clock') return Math.min(timeMs + count, calendarSpanAt(timeMs, 'day', zone).end);
  let next = timeMs;
  for (let i = 0; i < count; i++) next = calendarSpanAt(next, unit, zone).end;
  return next;
}

function tickText(timeMs: number, { unit }: Step, zone: string): string {
  const [date = '', clock = ''] = formatTime(timeMs, zone).split('T');
  const [year = '', month = '', day = ''] = date.split('-');
  const monthName = monthNames[Number(month) - 1] ?? '';
  const dayText = `${monthName} ${Number(day)}`;
  if (unit === 'clock') return clock.startsWith('00:00') ? dayText : clock.slice(0, 5);
  if (unit === 'day' || unit === 'week') return dayText;
  if (unit === 'year') return year;
  return month === '01' ? year : monthName;
}

/** Ticks of an axis of counts: round numbers from 0 up to at least the largest value. */
export function countTicks(largest: number, about: number): number[] {
  const raw = Math.max(1, largest) / about;
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = Math.max(1, [1, 2, 5, 10].map((factor) => factor * power).find((one) => one >= raw) ?? raw);
  const ticks = Array.from({ length: Math.ceil(Math.max(1, largest) / step) + 1 }, (_, i) => i * step);
  return ticks;
}

/** Ticks of an axis of shares: from 1 down to a round number that is at most the smallest value. */
export function shareTicks(smallest: number, about: number): number[] {
  const raw = Math.max(1e-6, 1 - smallest) / about;
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((one) => one >= raw * 0.999_999) ?? raw;
  const lines = Math.max(1, Math.ceil((1 - smallest) / step - 1e-9));
  return Array.from({ length: lines + 1 }, (_, i) => Math.max(0, 1 - i * step));
}

const durationSteps: readonly Tick[] = [
  { value: 1_000, text: '1 s' },
  { value: 10_000, text: '10 s' },
  { value: minuteMs, text: '1 min' },
  { value: 10 * minuteMs, text: '10 min' },
  { value: hourMs, text: '1 h' },
  { value: 6 * hourMs, text: '6 h' },
  { value: dayMs, text: '1 d' },
  { value: 7 * dayMs, text: '7 d' },
  { value: 30 * dayMs, text: '30 d' },
  { value: yearMs, text: '1 y' },
  { value: 10 * yearMs, text: '10 y' },
];

/** Ticks of a logarithmic axis of durations: the lowest is at most the shortest duration, the highest at least the longest. */
export function durationTicks(durationsMs: readonly number[]): Tick[] {
  const smallest = Math.max(1_000, Math.min(...durationsMs));
  const largest = Math.max(...durationsMs);
  const last = durationSteps.findIndex(({ value }) => value >= largest);
  const to = last === -1 ? durationSteps.length - 1 : Math.max(1, last);
  const from = Math.min(
    to - 1,
    Math.max(
      0,
      durationSteps.findLastIndex(({ value }) => value <= smallest),
    ),
  );
  return durationSteps.slice(from, to + 1);
}

/** The position of a value between two others, from 0 to 1. */
export function placeBetween(value: number, least: number, greatest: number): number {
  return greatest <= least ? 0 : Math.min(1, Math.max(0, (value - least) / (greatest - least)));
}

/** A position from 0 to 1 as a percentage for SVG, so that charts stretch and their text does not. */
export function percent(place: number): string {
  return `${Number((place * 100).toFixed(3))}%`;
}
