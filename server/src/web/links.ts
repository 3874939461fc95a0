// Ranges as the addresses of our pages have them.

import { eventLimits } from '@anthracite/protocol/browser';
import type { Range } from '../report/affected-time';

/** Parameters by which something was chosen, apart from a range: they go along into what is shown of it. */
export type Chosen = Readonly<Record<string, readonly string[]>>;

/** The range of a list, whose end is included, from one whose end is not. */
export function listRange({ fromMs, untilMs }: Range): Readonly<Record<'from' | 'until', string>> {
  return reportRange({ fromMs, untilMs: Math.max(fromMs, untilMs - 1) });
}

/** The range of a report, whose end is not included. */
export function reportRange({ fromMs, untilMs }: Range): Readonly<Record<'from' | 'until', string>> {
  return { from: instantText(fromMs), until: instantText(untilMs) };
}

/** An instant, or the nearest that an event may have, in ISO 8601; milliseconds only where there are some. */
export function instantText(timeMs: number): string {
  const within = Math.min(Math.max(timeMs, eventLimits.minTimeMs), eventLimits.maxTimeMs);
  return new Date(Math.round(within)).toISOString().replace('.000Z', 'Z');
}
