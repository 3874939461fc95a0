// Runs a query live: the newest events, and each event as it is stored.

import type { DrawnEvent } from '@anthracite/protocol';
import type { DataFrame } from '@grafana/data';
import { distinctUntilChanged, map, mergeScan, type Observable, of, throttleTime } from 'rxjs';
import { mustReload, streamParameters, withMessages } from './explore/live-events';
import { eventLogs } from './frames/log-frames';
import { limitOf } from './query/limit';
import type { CompleteQuery } from './query/query';
import type { Client } from './request/client';
import type { EventStream } from './request/event-stream';
import { timelineParameters } from './request/parameters';
import type { RunOptions } from './run-query';

// Explore drops frames that follow sooner than half a second.
const minIntervalMs = 1_000;

/** The log lines of a query, again after each change, until it is unsubscribed. There are never more than the limit. */
export function runLive(
  client: Client,
  stream: EventStream,
  query: CompleteQuery,
  { range: { fromMs }, limit: usual, linkBase }: RunOptions,
): Observable<DataFrame[]> {
  const limit = limitOf(query, usual);
  const load = (): Observable<readonly DrawnEvent[]> => {
    const parameters = timelineParameters(query, { fromMs, untilMs: fromMs }, 'points', limit);
    return client.getFresh('events/timeline', { ...parameters, until: '' }).pipe(map(({ events }) => events));
  };
  return stream.follow(streamParameters(query, fromMs)).pipe(
    mergeScan(
      (events: readonly DrawnEvent[], messages, index) =>
        mustReload(messages, index === 0) ? load() : of(withMessages(events, messages, limit)),
      [],
      1,
    ),
    distinctUntilChanged(),
    throttleTime(minIntervalMs, undefined, { leading: true, trailing: true }),
    map((events) => [eventLogs(events, query.refId, linkBase)]),
  );
}
