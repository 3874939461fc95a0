// When things happen: by day more than by night, on workdays more than at weekends. Pure.

import type { Random } from './random';

/** From `fromMs` up to `untilMs`, in milliseconds since the epoch. */
export interface Range {
  readonly fromMs: number;
  readonly untilMs: number;
}

/** How much happens in each hour of a day, and on days of a weekend; 1 is most. */
interface Rhythm {
  readonly hours: readonly number[];
  readonly weekend: number;
}

export const minuteMs = 60_000;
export const hourMs = 60 * minuteMs;
export const dayMs = 24 * hourMs;

/** People at work. */
export const office: Rhythm = {
  hours: [
    0, 0, 0, 0, 0, 0, 0.02, 0.1, 0.5, 0.9, 1, 0.9, 0.4, 0.8, 1, 0.9, 0.6, 0.3, 0.1, 0.05, 0.03, 0.02, 0, 0,
  ],
  weekend: 0.04,
};

/** Machines, and the customers that keep them busy. */
export const always: Rhythm = {
  hours: [
    0.3, 0.25, 0.2, 0.2, 0.2, 0.25, 0.4, 0.6, 0.8, 0.9, 0.9, 0.9, 1, 0.9, 0.9, 0.9, 0.9, 0.9, 1, 1, 0.9, 0.8,
    0.6, 0.4,
  ],
  weekend: 0.6,
};

/** Moments within a range, in order, in whole seconds: about `perDay` of them on a workday. */
export function momentsOf(
  random: Random,
  { fromMs, untilMs }: Range,
  perDay: number,
  rhythm: Rhythm,
): number[] {
  const sum = rhythm.hours.reduce((total, weight) => total + weight, 0);
  const moments: number[] = [];
  for (let hour = Math.floor(fromMs / hourMs) * hourMs; hour < untilMs; hour += hourMs) {
    const date = new Date(hour);
    const isWeekend = date.getUTCDay() % 6 === 0;
    const expected =
      (perDay * (rhythm.hours[date.getUTCHours()] ?? 0) * (isWeekend ? rhythm.weekend : 1)) / sum;
    for (let left = countOf(random, expected); left > 0; left--) {
      moments.push(hour + random.whole(0, 3_599) * 1_000);
    }
  }
  return moments.filter((time) => time >= fromMs && time < untilMs).sort((one, other) => one - other);
}

// How often something happens that is expected so often: Poisson's distribution.
function countOf(random: Random, expected: number): number {
  const limit = Math.exp(-expected);
  let count = 0;
  for (let product = random.next(); product > limit; product *= random.next()) count++;
  return count;
}
