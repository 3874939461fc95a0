// Quick ranges, and the names of ranges. Pure: runs on the server and in the browser.

import { localText } from './instant';
import type { TimeRange } from './timeline/bins';

/** A range as typed; empty texts are not given. */
export interface TypedRange {
  readonly from: string;
  readonly until: string;
}

/** A range with a name. Its texts are values of the parameters `from` and `until`. */
export interface QuickRange extends TypedRange {
  readonly name: string;
}

/** The quick ranges of all pages. */
export const quickRanges: readonly QuickRange[] = [
  { name: 'Last 15 minutes', from: '-15min', until: '' },
  { name: 'Last hour', from: '-1h', until: '' },
  { name: 'Last 6 hours', from: '-6h', until: '' },
  { name: 'Last 24 hours', from: '-24h', until: '' },
  { name: 'Today', from: 'today', until: '' },
  { name: 'Yesterday', from: 'yesterday', until: 'today-1s' },
  { name: 'This week', from: 'now/w', until: '' },
  { name: 'Last 7 days', from: '-7d', until: '' },
  { name: 'Last 30 days', from: '-30d', until: '' },
  { name: 'This quarter', from: 'now/Q', until: '' },
];

// Other ways to write a quick range.
const sameStart: Readonly<Record<string, string>> = { '-1d': '-24h', '-1w': '-7d', '-60min': '-1h' };

/** The quick range with these texts, or undefined. */
export function quickRangeOf({ from, until }: TypedRange): QuickRange | undefined {
  const start = sameStart[from] ?? from;
  return quickRanges.find((quick) => quick.from === start && quick.until === until);
}

/** The name of a range; `range` are its instants, null if the texts are not valid. */
export function rangeName(typed: TypedRange, range: TimeRange | null, zone: string): string {
  const quick = quickRangeOf(typed);
  if (quick !== undefined) return quick.name;
  if (typed.from === '' && typed.until === '') return 'All events';
  if (range === null) return 'Time range';
  const start = typed.from === '' ? 'Start' : localText(range.fromMs, zone).slice(0, 16);
  return `${start} to ${typed.until === '' ? 'now' : localText(range.untilMs, zone).slice(0, 16)}`;
}
