// The address of a view of the timeline, which can be shared. Pure: runs on the server and in the browser.

import { instantText } from '../links';
import type { BinInterval, Point, TimeRange } from './bins';

/** A view. `from` and `until` are time expressions such as `-1d`; without `until` the view follows the clock. */
export interface TimelineView {
  readonly from: string;
  readonly until: string | null;
  /** `type`, or the key of a tag: each value has a lane. */
  readonly lanes: string;
  /** The other filter parameters, in their order. */
  readonly filter: readonly (readonly [name: string, value: string])[];
}

/** The input of the page's script, as JSON in `data-timeline`. */
export interface TimelineStart {
  readonly view: TimelineView;
  /** The initial visible range. */
  readonly range: TimeRange;
  readonly zone: string;
  readonly now: number;
  /** The counts of the range that the page already has. */
  readonly points: readonly Point[];
  readonly interval: BinInterval;
}

export const timelinePath = '/timeline';

/** Quick ranges. */
export const quickRanges = [
  { from: '-1h', name: '1 h', ms: 3_600_000 },
  { from: '-1d', name: '1 d', ms: 86_400_000 },
  { from: '-1w', name: '1 w', ms: 604_800_000 },
  { from: '-3mon', name: '3 months', ms: 92 * 86_400_000 },
] as const;

/** The quick range that is closest in length to a range. */
export function nearestTo({ fromMs, untilMs }: TimeRange): (typeof quickRanges)[number] {
  const by = (ms: number): number => Math.abs(Math.log(ms / (untilMs - fromMs)));
  return quickRanges.reduce((one, other) => (by(other.ms) < by(one.ms) ? other : one));
}

/** Room after now in views that follow the clock, for the newest marks, as a share of the range. */
export const roomPart = 0.05;

/** A range up to now, extended by that room. */
export function withRoom({ fromMs, untilMs }: TimeRange): TimeRange {
  return { fromMs, untilMs: Math.round(untilMs + (untilMs - fromMs) * roomPart) };
}

/** The address of a view; `path` is the path of the timeline, or of the table, which has no lanes. */
export function addressOf(view: TimelineView, path: string): string {
  const { from, until, lanes, filter } = view;
  const parameters = new URLSearchParams([['from', from]]);
  if (until !== null) parameters.append('until', until);
  if (lanes !== 'type' && !path.startsWith('/events')) parameters.append('lanes', lanes);
  for (const [name, value] of filter) parameters.append(name, value);
  return `${path}?${parameters}`;
}

/** The same view with another range. */
export function viewOf({ fromMs, untilMs }: TimeRange, view: TimelineView): TimelineView {
  return { ...view, from: instantText(fromMs), until: instantText(untilMs) };
}

/** A range scaled around its middle by a factor; a factor below 1 shortens it. */
export function stretched({ fromMs, untilMs }: TimeRange, factor: number): TimeRange {
  const middle = (fromMs + untilMs) / 2;
  const half = ((untilMs - fromMs) / 2) * factor;
  return { fromMs: Math.round(middle - half), untilMs: Math.round(middle + half) };
}

/** A range moved by a share of its length; a negative share moves it to an earlier time. */
export function moved({ fromMs, untilMs }: TimeRange, part: number): TimeRange {
  const by = Math.round((untilMs - fromMs) * part);
  return { fromMs: fromMs + by, untilMs: untilMs + by };
}
