// When events happen: more by day than by night, more on workdays than at weekends. Pure.

import type { Random } from './random';

/** A range from `fromMs` to `untilMs`, in milliseconds since the epoch. */
export interface Range {
  readonly fromMs: number;
  readonly untilMs: number;
}

/** Relative activity in each hour of a day, and the factor for weekends. */
interface Rhythm {
  readonly hours: readonly number[];
  readonly weekend: number;
}

export const minuteMs = 60_000;
export const hourMs = 60 * minuteMs;
export const dayMs = 24 * hourMs;

/** Office hours. */
export const office: Rhythm = {
  hours: [
    0, 0, 0, 0, 0, 0, 0.02, 0.1, 0.5, 0.9, 1, 0.9, 0.4, 0.8, 1, 0.9, 0.6, 0.3, 0.1, 0.05, 0.03, 0.02, 0, 0,
  ],
  weekend: 0.04,
};

/** Around the clock, as customers and machines. */
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

// A random count from the Poisson distribution with this mean.
function countOf(random: Random, expected: number): number {
  const limit = Math.exp(-expected);
  let count = 0;
  for (let product = random.next(); product > limit; product *= random.next()) count++;
  return count;
}
