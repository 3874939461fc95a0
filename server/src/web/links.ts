// Ranges in the format of our addresses.

import { eventLimits } from '@anthracite/protocol/browser';
import type { Range } from '../report/intervals';

/** Filter parameters other than the range. Links to details keep them. */
export type Chosen = Readonly<Record<string, readonly string[]>>;

/** The range of a list (end included) from a range whose end is not included. */
export function listRange({ fromMs, untilMs }: Range): Readonly<Record<'from' | 'until', string>> {
  return reportRange({ fromMs, untilMs: Math.max(fromMs, untilMs - 1) });
}

/** The range of a report (end not included). */
export function reportRange({ fromMs, untilMs }: Range): Readonly<Record<'from' | 'until', string>> {
  return { from: instantText(fromMs), until: instantText(untilMs) };
}

/** An instant in ISO 8601, limited to the allowed times of events; milliseconds only if not 0. */
export function instantText(timeMs: number): string {
  const within = Math.min(Math.max(timeMs, eventLimits.minTimeMs), eventLimits.maxTimeMs);
  return new Date(Math.round(within)).toISOString().replace('.000Z', 'Z');
}
