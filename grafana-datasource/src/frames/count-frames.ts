// Frames of counts over time, one per series. Pure.

import type { CountsAnswer } from '@anthracite/protocol';
import { type DataFrame, FieldType } from '@grafana/data';
import { calendarTimes } from '../request/calendar';
import { intervalMilliseconds } from '../request/interval';
import type { TimeRangeMs } from '../request/parameters';
import { field } from './columns';

/** One frame per series, and one without any event. Empty intervals are 0, so that lines do not skip them. */
export function countFrames(
  { series, truncated, others }: CountsAnswer,
  options: {
    readonly refId: string;
    readonly range: TimeRangeMs;
    readonly countBy: string;
    /** In the server's format. */
    readonly interval: string;
    /** The time zone of calendar intervals; empty: the server's. */
    readonly zone: string;
  },
): DataFrame[] {
  const { refId, range, countBy, interval, zone } = options;
  const intervalMs = intervalMilliseconds(interval);
  const times =
    intervalMs === null
      ? calendarTimes(range, interval, zone, knownTimes(series))
      : regularTimes(range, intervalMs);
  const frames = (series.length > 0 ? series : [{ name: null, points: [] }]).map(
    ({ name, points }): DataFrame => {
      const counts = new Map(points);
      const labels = countBy === '' || name === null ? undefined : { [countBy]: name };
      const shown = countBy === '' || name === null ? 'events' : name || `without ${countBy}`;
      return {
        refId,
        name: shown,
        length: times.length,
        meta: { preferredVisualisationType: 'graph' },
        fields: [
          field('Time', FieldType.time, [...times]),
          {
            ...field(
              'Value',
              FieldType.number,
              times.map((time) => counts.get(time) ?? 0),
              { displayNameFromDS: shown, decimals: 0, min: 0 },
            ),
            labels,
          },
        ],
      };
    },
  );
  const [first] = frames;
  if (truncated && first) {
    const text = `More than ${series.length} series match; those with the most events are shown, without ${others} events of the others.`;
    first.meta = { ...first.meta, notices: [{ severity: 'warning', text }] };
  }
  return frames;
}

function regularTimes({ fromMs, untilMs }: TimeRangeMs, intervalMs: number): number[] {
  const first = Math.floor(fromMs / intervalMs) * intervalMs;
  const count = Math.max(0, Math.floor((untilMs - first) / intervalMs) + 1);
  return Array.from({ length: count }, (_, i) => first + i * intervalMs);
}

function knownTimes(series: CountsAnswer['series']): number[] {
  return [...new Set(series.flatMap(({ points }) => points.map(([time]) => time)))].sort((a, b) => a - b);
}
