// The address of a view of the timeline: any view can be kept and sent to somebody. Pure: runs on the server and in the browser.

import { instantText } from '../links';
import type { BinInterval, Point, TimeRange } from './bins';

/** What is looked at. `from` and `until` are as they are asked for, such as `-1d`; without `until` the view follows the clock. */
export interface TimelineView {
  readonly from: string;
  readonly until: string | null;
  /** `type`, or the key of a tag: what has a lane of its own. */
  readonly lanes: string;
  /** The other parameters that choose events, in their order. */
  readonly filter: readonly (readonly [name: string, value: string])[];
}

/** What the script of the page is told, as JSON in `data-timeline`. */
export interface TimelineStart {
  readonly view: TimelineView;
  /** What is in view first. */
  readonly range: TimeRange;
  readonly zone: string;
  readonly now: number;
  /** Counts of the range as the page has them already. */
  readonly points: readonly Point[];
  readonly interval: BinInterval;
}

export const timelinePath = '/timeline';

/** Ranges that are a click away. */
export const nearRanges = [
  { from: '-1h', name: '1 h', ms: 3_600_000 },
  { from: '-1d', name: '1 d', ms: 86_400_000 },
  { from: '-1w', name: '1 w', ms: 604_800_000 },
  { from: '-3mon', name: '3 months', ms: 92 * 86_400_000 },
] as const;

/** Of the near ranges the one that is most like another. */
export function nearestTo({ fromMs, untilMs }: TimeRange): (typeof nearRanges)[number] {
  const by = (ms: number): number => Math.abs(Math.log(ms / (untilMs - fromMs)));
  return nearRanges.reduce((one, other) => (by(other.ms) < by(one.ms) ? other : one));
}

/** What follows the clock has some room for the marks of the newest events, as a part of its length. */
export const roomPart = 0.05;

/** A range up to now, with that room. */
export function withRoom({ fromMs, untilMs }: TimeRange): TimeRange {
  return { fromMs, untilMs: Math.round(untilMs + (untilMs - fromMs) * roomPart) };
}

/** Where a view is to be had; `path` is that of the timeline, or of the table, which knows no lanes. */
export function addressOf(view: TimelineView, path: string): string {
  const { from, until, lanes, filter } = view;
  const parameters = new URLSearchParams([['from', from]]);
  if (until !== null) parameters.append('until', until);
  if (lanes !== 'type' && !path.startsWith('/events')) parameters.append('lanes', lanes);
  for (const [name, value] of filter) parameters.append(name, value);
  return `${path}?${parameters}`;
}

/** The same view of another range. */
export function viewOf({ fromMs, untilMs }: TimeRange, view: TimelineView): TimelineView {
  return { ...view, from: instantText(fromMs), until: instantText(untilMs) };
}

/** A range that is longer around its middle by a factor, or shorter by one below 1. */
export function stretched({ fromMs, untilMs }: TimeRange, factor: number): TimeRange {
  const middle = (fromMs + untilMs) / 2;
  const half = ((untilMs - fromMs) / 2) * factor;
  return { fromMs: Math.round(middle - half), untilMs: Math.round(middle + half) };
}

/** A range that begins later by a part of its length, or earlier by a part below 0. */
export function moved({ fromMs, untilMs }: TimeRange, part: number): TimeRange {
  const by = Math.round((untilMs - fromMs) * part);
  return { fromMs: fromMs + by, untilMs: untilMs + by };
}
