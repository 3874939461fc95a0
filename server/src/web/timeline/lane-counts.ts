// The requests for the data of the lanes. Pure: the page preloads them before its script runs.

import { instantText } from '../links';
import { type BinInterval, intervalFor, type TimeRange } from './bins';
import type { TimelineView } from './timeline-address';

// Data that is loaded on each side of the visible range, as a share of that range.
const sidePart = 0.5;
const leastBinPixels = 26;
const leastBins = 4;
const mostSeries = 1_000;

/** A media query for screens on which the axis is at least `wideAxisPixels` long. */
export const wideScreen = '(min-width: 68rem)';
const wideAxisPixels = 850;

/** The visible range, extended on both sides. */
export function widened({ fromMs, untilMs }: TimeRange): TimeRange {
  const side = (untilMs - fromMs) * sidePart;
  return { fromMs: fromMs - side, untilMs: untilMs + side };
}

/** The interval for counts in lanes, for an axis of `axisPixels`; the same for all wide axes. */
export function laneIntervalFor(inView: TimeRange, axisPixels = wideAxisPixels): BinInterval {
  const pixels = Math.min(axisPixels, wideAxisPixels);
  return intervalFor(inView, Math.max(leastBins, Math.floor(pixels / leastBinPixels)));
}

/** The address of the counts per lane. */
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

/** The same view, limited to events with the bare tag `deploy`, which are not marks whatever their type ends in. */
export function namedOnly(view: TimelineView): TimelineView {
  return { ...view, filter: [...view.filter, ['all', 'deploy'], ['none', 'span=*']] };
}

/** The address of the counts of all events of a view's filter. */
export function allCountsAddress(
  view: TimelineView,
  range: TimeRange,
  interval: BinInterval,
  zone: string,
): string {
  return countsAddress(rangeParameters(view, range), interval, zone);
}

/** The parameters for the events of a view's filter in a range. */
export function rangeParameters({ filter }: TimelineView, { fromMs, untilMs }: TimeRange): URLSearchParams {
  const parameters = filterParameters(filter);
  parameters.append('from', instantText(fromMs));
  parameters.append('until', instantText(untilMs));
  return parameters;
}

/** The parameters of a filter, without a range. */
export function filterParameters(filter: TimelineView['filter']): URLSearchParams {
  return new URLSearchParams(filter.map(([name, value]) => [name, value]));
}

function countsAddress(parameters: URLSearchParams, interval: BinInterval, zone: string): string {
  parameters.append('interval', interval);
  parameters.append('tz', zone);
  return `/events/counts?${parameters}`;
}
