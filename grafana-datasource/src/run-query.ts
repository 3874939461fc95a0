// Runs a query: one request, and the frames of its response.

import type { TimelineAnswer } from '@anthracite/protocol';
import type { DataFrame, QueryResultMetaNotice } from '@grafana/data';
import { map, type Observable, of, switchMap } from 'rxjs';
import { levelCounts } from './explore/volume';
import { countFrames } from './frames/count-frames';
import { eventTable } from './frames/event-frames';
import { eventLogs } from './frames/log-frames';
import { type Mark, marksOf } from './frames/mark';
import { annotationFrame, panelMarksFrames } from './frames/mark-frames';
import { previewOf } from './frames/mark-preview';
import { withQueryLink } from './frames/query-link';
import { reportFrame } from './frames/report-frame';
import { spanTable, spanTimeline } from './frames/span-frames';
import { followerTable, suspectTable } from './frames/suspect-frames';
import { suspectMarks } from './frames/suspect-marks';
import { shorten } from './frames/text';
import { limitOf } from './query/limit';
import type { CompleteQuery, Show } from './query/query';
import type { Client } from './request/client';
import { checkInterval, intervalFor, serverInterval } from './request/interval';
import {
  countParameters,
  reportParameters,
  type TimeRangeMs,
  timelineParameters,
} from './request/parameters';
import { findFollowers, findSuspects } from './run-suspects';

const maxShownChars = 40;

/** The context of a query. */
export interface RunOptions {
  readonly range: TimeRangeMs;
  /** Milliseconds per point of the panel. */
  readonly panelIntervalMs: number;
  /** The limit of queries without a limit. */
  readonly limit: number;
  readonly linkBase: string;
  /** True for a test run in the editor of an annotation. */
  readonly isPreview: boolean;
  /** The time zone of the dashboard; empty: the server's. */
  readonly zone: string;
}

/** Sends the request, and converts the response to frames, with links to the page of the server with the same query. */
export function runQuery(client: Client, query: CompleteQuery, options: RunOptions): Observable<DataFrame[]> {
  const { range, linkBase } = options;
  return framesOf(client, query, options).pipe(
    map((frames) => withQueryLink(frames, query, range, linkBase)),
  );
}

function framesOf(client: Client, query: CompleteQuery, options: RunOptions): Observable<DataFrame[]> {
  const { range, linkBase, zone } = options;
  const { refId, kind } = query;
  const limit = limitOf(query, options.limit);
  const timeline = (show: Exclude<Show, 'suspects'>, toFrames: (answer: TimelineAnswer) => DataFrame[]) =>
    client
      .get('events/timeline', timelineParameters(query, range, show, limit))
      .pipe(map((answer) => withNotices(toFrames(answer), noticesOf(answer, limit))));
  const marks = (toFrames: (marks: Mark[]) => DataFrame[]) =>
    query.show === 'suspects'
      ? findSuspects(client, query, range).pipe(map((pages) => toFrames(suspectMarks(pages, linkBase))))
      : timeline(query.show, (answer) => toFrames(marksOf(answer, { range, linkBase, limit })));
  const counts = (interval: string, countBy: string) => {
    checkInterval(interval, range.untilMs - range.fromMs);
    return client.get('events/counts', countParameters({ ...query, countBy }, range, interval, zone));
  };
  switch (kind) {
    case 'annotation':
      return marks((all) => [annotationFrame(options.isPreview ? all.map(previewOf) : all, refId)]);
    case 'marks':
      return marks((all) => panelMarksFrames(all, refId));
    case 'suspects':
      return findSuspects(client, query, range).pipe(map((pages) => [suspectTable(pages, refId, linkBase)]));
    case 'followers':
      return findFollowers(client, query, range).pipe(
        map((pages) => [followerTable(pages, refId, linkBase)]),
      );
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
      const { countBy } = query;
      return counts(interval, countBy).pipe(
        map((answer) => countFrames(answer, { refId, range, countBy, interval, zone })),
      );
    }
    case 'volume': {
      const interval = intervalFor(options.panelIntervalMs);
      return counts(interval, 'type').pipe(
        switchMap((byType) =>
          byType.truncated
            ? counts(interval, '').pipe(map((all) => levelCounts(byType, all)))
            : of(levelCounts(byType, null)),
        ),
        map((answer) => countFrames(answer, { refId, range, countBy: 'level', interval, zone })),
      );
    }
    case 'report':
      return client
        .get('report', reportParameters(query, range, zone))
        .pipe(map((report) => [reportFrame(report, refId, query.period)]));
    default:
      // A dashboard can be written by hand, or by a newer version.
      throw new Error(
        `This version of the plugin cannot show a query as ${shorten(JSON.stringify(kind), maxShownChars)}. Choose one of the kinds under Show as, or install a newer version of the plugin.`,
      );
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
