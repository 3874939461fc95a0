// Runs a query: one request, and the frames of its response.

import type { TimelineAnswer } from '@anthracite/protocol';
import type { DataFrame, QueryResultMetaNotice } from '@grafana/data';
import { map, type Observable } from 'rxjs';
import { countFrames } from './frames/count-frames';
import { eventLogs, eventTable } from './frames/event-frames';
import { marksOf } from './frames/mark';
import { annotationFrame, panelMarksFrame } from './frames/mark-frames';
import { reportFrame } from './frames/report-frame';
import { spanTable, spanTimeline } from './frames/span-frames';
import type { CompleteQuery, Show } from './query/query';
import type { Client } from './request/client';
import { checkInterval, intervalFor, serverInterval } from './request/interval';
import {
  countParameters,
  reportParameters,
  type TimeRangeMs,
  timelineParameters,
} from './request/parameters';

/** The context of a query. */
export interface RunOptions {
  readonly range: TimeRangeMs;
  /** Milliseconds per point of the panel. */
  readonly panelIntervalMs: number;
  /** The limit of queries without a limit. */
  readonly limit: number;
  readonly linkBase: string;
}

/** Sends the request, and converts the response to frames. */
export function runQuery(client: Client, query: CompleteQuery, options: RunOptions): Observable<DataFrame[]> {
  const { range, linkBase } = options;
  const { refId, kind } = query;
  const limit = query.limit || options.limit;
  const timeline = (show: Show, toFrames: (answer: TimelineAnswer) => DataFrame[]) =>
    client
      .get('events/timeline', timelineParameters(query, range, show, limit))
      .pipe(map((answer) => withNotices(toFrames(answer), noticesOf(answer, limit))));
  const markOptions = { range, linkBase, limit };
  switch (kind) {
    case 'annotation':
      return timeline(query.show, (answer) => [annotationFrame(marksOf(answer, markOptions), refId)]);
    case 'marks':
      return timeline(query.show, (answer) => [panelMarksFrame(marksOf(answer, markOptions), refId)]);
    case 'table':
      return timeline('points', ({ events }) => [eventTable(events, refId, linkBase)]);
    case 'logs':
      return timeline('points', ({ events }) => [eventLogs(events, refId, linkBase)]);
    case 'spans':
      return timeline('spans', ({ spans }) => spanTimeline(spans, refId));
    case 'spanTable':
      return timeline('spans', ({ spans }) => [spanTable(spans, refId, linkBase)]);
    case 'counts': {
      const interval = serverInterval(query.interval) || intervalFor(options.panelIntervalMs);
      checkInterval(interval, range.untilMs - range.fromMs);
      return client
        .get('events/counts', countParameters(query, range, interval))
        .pipe(map((counts) => countFrames(counts, { refId, range, countBy: query.countBy, interval })));
    }
    case 'report':
      return client
        .get('report', reportParameters(query, range))
        .pipe(map((report) => [reportFrame(report, refId, query.period)]));
  }
}

function noticesOf(
  { eventsTruncated, spansTruncated }: TimelineAnswer,
  limit: number,
): QueryResultMetaNotice[] {
  if (!eventsTruncated && !spansTruncated) return [];
  const what = [eventsTruncated ? 'events' : '', spansTruncated ? 'spans' : ''].filter(Boolean).join(' and ');
  const text = `More than ${limit} ${what} match; the newest are shown. Shorten the time range, filter or group the query, or raise its limit.`;
  return [{ severity: 'warning', text }];
}

// Grafana shows the notices of every frame, so only the first frame gets them.
function withNotices([first, ...others]: DataFrame[], notices: QueryResultMetaNotice[]): DataFrame[] {
  if (first === undefined) return [];
  return [{ ...first, meta: { ...first.meta, notices } }, ...others];
}
