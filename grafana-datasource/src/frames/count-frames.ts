// Frames of counts over time, one for each series. Pure.

import { type DataFrame, FieldType } from '@grafana/data';
import type { Counts } from '../request/answers';
import { calendarTimes, intervalMilliseconds } from '../request/interval';
import type { TimeRangeMs } from '../request/parameters';
import { field } from './columns';

/** A frame for each series. Intervals without an event are 0, so that no line is drawn over them. */
export function countFrames(
  { series, truncated, others }: Counts,
  options: {
    readonly refId: string;
    readonly range: TimeRangeMs;
    readonly countBy: string;
    /** As the server writes it. */
    readonly interval: string;
  },
): DataFrame[] {
  const { refId, range, countBy, interval } = options;
  const intervalMs = intervalMilliseconds(interval);
  const times =
    intervalMs === null ? calendarTimes(knownTimes(series), interval) : regularTimes(range, intervalMs);
  const frames = series.map(({ name, points }): DataFrame => {
    const counts = new Map(points);
    const labels = countBy === '' ? undefined : { [countBy]: name };
    const shown = name === '' ? (countBy === '' ? 'events' : `without ${countBy}`) : name;
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
  });
  const [first] = frames;
  if (truncated && first) {
    const text = `There are more than ${series.length} series; those with the most events are shown, and ${others} events are left out.`;
    first.meta = { ...first.meta, notices: [{ severity: 'warning', text }] };
  }
  return frames;
}

function regularTimes({ fromMs, untilMs }: TimeRangeMs, intervalMs: number): number[] {
  const first = Math.floor(fromMs / intervalMs) * intervalMs;
  const count = Math.max(0, Math.floor((untilMs - first) / intervalMs) + 1);
  return Array.from({ length: count }, (_, i) => first + i * intervalMs);
}

function knownTimes(series: Counts['series']): number[] {
  return [...new Set(series.flatMap(({ points }) => points.map(([time]) => time)))].sort((a, b) => a - b);
}
