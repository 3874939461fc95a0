// What the lanes are drawn of, and where it is to be had. Pure: the page asks for it before its script does.

import { instantText } from '../links';
import { type BinInterval, intervalFor, type TimeRange } from './bins';
import type { TimelineView } from './timeline-address';

// How much is asked for to either side of what is in view, as a part of it.
const sidePart = 0.5;
const leastBinPixels = 26;
const leastBins = 4;
const mostSeries = 1_000;

/** Screens on which the axis is at least `wideAxisPixels` long, as a media query. */
export const wideScreen = '(min-width: 68rem)';
const wideAxisPixels = 850;

/** What is in view, and some to either side. */
export function widened({ fromMs, untilMs }: TimeRange): TimeRange {
  const side = (untilMs - fromMs) * sidePart;
  return { fromMs: fromMs - side, untilMs: untilMs + side };
}

/** By what the lanes of a range are counted on an axis of so many pixels; the same on all that are wide, whatever their width. */
export function laneIntervalFor(inView: TimeRange, axisPixels = wideAxisPixels): BinInterval {
  const pixels = Math.min(axisPixels, wideAxisPixels);
  return intervalFor(inView, Math.max(leastBins, Math.floor(pixels / leastBinPixels)));
}

/** Where the counts of each lane are to be had. */
export function laneCountsAddress(
  view: TimelineView,
  range: TimeRange,
  interval: BinInterval,
  zone: string,
): string {
  const parameters = rangeParameters(view, range);
  parameters.append('by', view.lanes);
  parameters.append('limit', String(mostSeries));
  return countsAddress(parameters, interval, zone);
}

/** Where the counts of all events of a view's filter are to be had. */
export function allCountsAddress(
  view: TimelineView,
  range: TimeRange,
  interval: BinInterval,
  zone: string,
): string {
  return countsAddress(rangeParameters(view, range), interval, zone);
}

/** The parameters that ask for the events of a view's filter in a range. */
export function rangeParameters({ filter }: TimelineView, { fromMs, untilMs }: TimeRange): URLSearchParams {
  const parameters = filterParameters(filter);
  parameters.append('from', instantText(fromMs));
  parameters.append('until', instantText(untilMs));
  return parameters;
}

/** The parameters of a filter alone. */
export function filterParameters(filter: TimelineView['filter']): URLSearchParams {
  return new URLSearchParams(filter.map(([name, value]) => [name, value]));
}

function countsAddress(parameters: URLSearchParams, interval: BinInterval, zone: string): string {
  parameters.append('interval', interval);
  parameters.append('tz', zone);
  return `/events/counts?${parameters}`;
}
