// Counts events in Prometheus's format. Independent of doors.

import { zoneDataInUse } from '@anthracite/protocol';
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { EventStore } from './answers/event-store';
import type { ReceiverObserver } from './doors/tcp/receiver';
import type { Intake, IntakeObserver } from './events/intake';
import { type CountedPlaces, WatchedMetrics, type WatchedTarget } from './watched-metrics';

export interface Metrics extends IntakeObserver, ReceiverObserver {
  /** All metrics as text, for `GET /metrics`. */
  text(): Promise<string>;
  readonly contentType: string;
  /** Adds the figures that are read on each request. */
  watch(intake: Intake, store: EventStore, droppedLogLines: () => number): void;
  /** Adds the end of the certificate of the server, in milliseconds since the epoch, read on each request. */
  watchCertificate(expiresAt: () => number): void;
  streamOpened(): void;
  streamClosed(): void;
  /** An answer was dropped, because its client read nothing. */
  readerStalled(): void;
  /** An answer was dropped, because its client was slow and another needed its place. */
  readerSlow(): void;
  httpOpened(): void;
  httpClosed(): void;
  /** An idle connection was closed to make room for a new one. */
  httpEvicted(): void;
  /** A new connection was closed, because every connection had an open request. */
  httpRefused(): void;
  /** A request was answered with 503, because no place of its kind was free. */
  placeRefused(kind: string, shortage: string): void;
  /** Adds the places of each kind, read on each request. */
  watchPlaces(places: Readonly<Record<string, CountedPlaces>>): void;
  /** Counts events that were removed without a trace: purged, or too old. */
  eventsRemoved(reason: 'purge' | 'retention', count: number): void;
  /** A thread of the store died, and is replaced by a new one. */
  threadDied(thread: string): void;
  httpAnswered(method: string, route: string, status: number, seconds: number): void;
  /** A report of Puppet or Chef was read, or forwarded to another collector. */
  reportTaken(tool: string, outcome: string): void;
  /** A delivery came to a hook. */
  hookTaken(hook: string, outcome: string): void;
  /** Adds a hook: the time of its last good delivery, in milliseconds since the epoch, is read on each request. */
  watchHooks(hooks: readonly string[], lastGoodOf: (hook: string) => number | null): void;
  /** A message was sent to a target, or could not be sent. */
  targetTried(target: string, outcome: string): void;
  /** Adds the targets, read on each request. */
  watchTargets(targets: () => Promise<readonly WatchedTarget[]>): void;
  /** Messages of datagrams were stored, passed over, or refused. */
  datagramTaken(outcome: string, count: number): void;
  /** Adds the waiting reports of a tool, read on each request. */
  watchReports(tool: string, waiting: { readonly reports: number; readonly bytes: number }): void;
}

const seconds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10];

/** Creates the metrics of a server of this version. */
export function createMetrics(version: string): Metrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  const watched = new WatchedMetrics(registry);
  const counter = <L extends string>(name: string, help: string, labelNames: L[]): Counter<L> =>
    new Counter({ name: `anthracite_${name}`, help, labelNames, registers });

  new Gauge({
    name: 'anthracite_build_info',
    help: 'Version of Anthracite and of Node.js; always 1.',
    labelNames: ['version', 'node'],
    registers,
  }).set({ version, node: process.versions.node }, 1);
  new Gauge({
    name: 'anthracite_time_zone_data_info',
    help: 'Version and source of the time zone data in use; always 1.',
    labelNames: ['version', 'source'],
    registers,
  }).set(zoneDataInUse(), 1);
  const stored = counter('events_stored_total', 'Events stored.', ['door']);
  const duplicate = counter('events_duplicate_total', 'Duplicate events.', ['door']);
  const rejected = counter('lines_rejected_total', 'Rejected lines and items, by reason.', ['door', 'code']);
  const failed = counter('events_failed_total', 'Events that the store could not store.', ['door', 'code']);
  const reports = counter('reports_total', 'Reports of Puppet and Chef, by outcome.', ['tool', 'outcome']);
  const hooks = counter('hooks_total', 'Deliveries to hooks, by outcome.', ['hook', 'outcome']);
  const attempts = counter('target_attempts_total', 'Attempts to send to a target, by outcome.', [
    'target',
    'outcome',
  ]);
  const datagrams = counter('dogstatsd_total', 'Messages in datagrams of DogStatsD, by outcome.', [
    'outcome',
  ]);
  let hookTimes: () => (readonly [hook: string, lastGood: number | null])[] = () => [];
  watched.gauges(
    'hook_last_good_timestamp_seconds',
    'hook',
    'Time of the last delivery to a hook that was understood, in seconds since the epoch; 0 before the first.',
    () => hookTimes().map(([hook, lastGood]) => [hook, (lastGood ?? 0) / 1_000] as const),
  );
  const waitingReports = new Map<string, { readonly reports: number; readonly bytes: number }>();
  for (const [name, figure, what] of [
    ['reports_waiting', 'reports', 'Reports'],
    ['report_bytes_waiting', 'bytes', 'Bytes of reports'],
  ] as const) {
    watched.gauges(name, 'tool', `${what} waiting on disk to be read.`, () =>
      Array.from(waitingReports, ([tool, waiting]) => [tool, waiting[figure]] as const),
    );
  }
  const opened = counter('tcp_connections_total', 'Connections to the line port.', []);
  const closed = counter(
    'tcp_connections_closed_total',
    'Connections to the line port that ended, by reason.',
    ['end'],
  );
  const refused = counter(
    'tcp_connections_refused_total',
    'Refused connections to the line port, by reason.',
    ['reason'],
  );
  const open = new Gauge({
    name: 'anthracite_tcp_connections',
    help: 'Open connections to the line port.',
    registers,
  });
  const streams = new Gauge({
    name: 'anthracite_streams',
    help: 'Open live streams.',
    registers,
  });
  const stalled = counter('http_stalled_total', 'Answers dropped because their client read nothing.', []);
  const slow = counter(
    'http_slow_total',
    'Answers dropped because their client was slow and another needed its place.',
    [],
  );
  const connections = new Gauge({
    name: 'anthracite_http_connections',
    help: 'Open HTTP connections.',
    registers,
  });
  const evicted = counter(
    'http_connections_evicted_total',
    'Idle HTTP connections closed to make room for new ones.',
    [],
  );
  const unplaced = counter(
    'http_connections_refused_total',
    'New HTTP connections closed because all others had open requests.',
    [],
  );
  const shortages = counter(
    'http_refused_total',
    'Requests answered with 503 because all places of their kind, or of their address, were taken.',
    ['kind', 'shortage'],
  );
  const removed = counter('events_removed_total', 'Events removed without a trace, by reason.', ['reason']);
  const died = counter('threads_died_total', 'Threads of the store that died and were replaced.', ['thread']);
  const commit = new Histogram({
    name: 'anthracite_commit_seconds',
    help: 'Time from submission to the synced commit, in seconds.',
    labelNames: ['door'],
    buckets: seconds,
    registers,
  });
  /** By method, status and route: looking up labels costs more than counting. */
  const httpAnswers = new Map<string, Histogram.Internal<'method' | 'route' | 'status'>>();
  const http = new Histogram({
    name: 'anthracite_http_request_seconds',
    help: 'Time to answer HTTP requests, in seconds.',
    labelNames: ['method', 'route', 'status'],
    buckets: seconds,
    registers,
  });

  return {
    text: () => registry.metrics(),
    contentType: registry.contentType,
    committed: (door, receipt, taken) => {
      stored.inc({ door }, receipt.stored);
      duplicate.inc({ door }, receipt.duplicate);
      for (const { code } of receipt.rejects) rejected.inc({ door, code });
      commit.observe({ door }, taken);
    },
    failed: (door, events, { code }) => failed.inc({ door, code }, events),
    opened: () => {
      opened.inc();
      open.inc();
    },
    closed: (end) => {
      closed.inc({ end });
      open.dec();
    },
    refused: (reason) => refused.inc({ reason }),
    streamOpened: () => streams.inc(),
    streamClosed: () => streams.dec(),
    readerStalled: () => stalled.inc(),
    readerSlow: () => slow.inc(),
    httpOpened: () => connections.inc(),
    httpClosed: () => connections.dec(),
    httpEvicted: () => evicted.inc(),
    httpRefused: () => unplaced.inc(),
    placeRefused: (kind, shortage) => shortages.inc({ kind, shortage }),
    watchPlaces: (places) => watched.places(places),
    eventsRemoved: (reason, count) => removed.inc({ reason }, count),
    threadDied: (thread) => died.inc({ thread }),
    httpAnswered: (method, route, status, taken) => {
      const key = `${method} ${status} ${route}`;
      let answers = httpAnswers.get(key);
      if (answers === undefined) {
        answers = http.labels({ method, route, status: String(status) });
        httpAnswers.set(key, answers);
      }
      answers.observe(taken);
    },
    reportTaken: (tool, outcome) => reports.inc({ tool, outcome }),
    hookTaken: (hook, outcome) => hooks.inc({ hook, outcome }),
    targetTried: (target, outcome) => attempts.inc({ target, outcome }),
    watchTargets: (targets) => watched.targets(targets),
    datagramTaken: (outcome, count) => datagrams.inc({ outcome }, count),
    watchHooks: (hooks, lastGoodOf) => {
      hookTimes = () => hooks.map((hook) => [hook, lastGoodOf(hook)]);
    },
    watchReports: (tool, waiting) => waitingReports.set(tool, waiting),
    watchCertificate: (expiresAt) =>
      watched.gauge(
        'tls_certificate_expires_timestamp_seconds',
        'When the certificate of the server expires, in seconds since the epoch.',
        () => expiresAt() / 1_000,
      ),
    watch: (intake, store, droppedLogLines) => watched.server(intake, store, droppedLogLines),
  };
}
