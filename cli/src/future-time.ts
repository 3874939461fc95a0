// Reports that a given time is in the future: often a time of day without its date, which means today.

import { formatTime } from '@anthracite/protocol';
import { readTime } from './client-options';
import type { Environment } from './environment';

/** Warns on standard error if the time of a mark, in milliseconds since the epoch, is later than now. */
export function warnOfFuture(timeMs: number, now: number, zone: string, { stderr }: Environment): void {
  if (timeMs > now)
    stderr.write(`anthracite: warning: --at is ${formatTime(timeMs, zone)}, which is in the future\n`);
}

/** The end of the sentence for an empty list: that `--from`, if given, is in the future; otherwise empty. */
export function hintOfFuture(from: string | undefined, now: number, zone: string): string {
  const fromMs = from === undefined ? now : readTime('--from', from, now, zone);
  return fromMs > now ? `: --from is ${formatTime(fromMs, zone)}, which is in the future` : '';
}
