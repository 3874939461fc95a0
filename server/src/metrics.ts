// Counts what happens, in Prometheus's format. Knows no door.

import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { Intake, IntakeObserver } from './events/intake';
import type { EventStore, StoreStatistics } from './store/event-store';
import type { ReceiverObserver } from './tcp/receiver';

export interface Metrics extends IntakeObserver, ReceiverObserver {
  /** All metrics as text, for `GET /metrics`. */
  text(): Promise<string>;
  readonly contentType: string;
  /** Adds the figures that are read when somebody asks. */
  watch(intake: Intake, store: EventStore, droppedLogLines: () => number): void;
  streamOpened(): void;
  streamClosed(): void;
  /** An answer was dropped, because its reader took nothing. */
  readerStalled(): void;
  /** An answer was dropped, because its reader was slow and another needed its place. */
  readerSlow(): void;
  httpOpened(): void;
  httpClosed(): void;
  /** A connection without a request was closed for a newcomer. */
  httpEvicted(): void;
  /** A newcomer was closed, because every connection had a request under way. */
  httpRefused(): void;
  /** A request was answered with 503, because there was no place of its kind. */
  placeRefused(kind: string, shortage: string): void;
  /** Adds the places of each kind, as they are when somebody asks. */
  watchPlaces(places: Readonly<Record<string, CountedPlaces>>): void;
  /** A thread of the store died, and a new one takes its place. */
  threadDied(thread: string): void;
  httpAnswered(method: string, route: string, status: number, seconds: number): void;
  /** A report of Puppet or Chef was read, or passed on to another collector. */
  reportTaken(tool: string, outcome: string): void;
  /** Events that were acknowledged before they were stored, and could not be. */
  eventsLost(door: string, events: number): void;
}

/** Places of one kind. */
export interface CountedPlaces {
  readonly taken: number;
  readonly limits: { readonly max: number };
}

const seconds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10];

export function createMetrics(): Metrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  const counter = <L extends string>(name: string, help: string, labelNames: L[]): Counter<L> =>
    new Counter({ name: `anthracite_${name}`, help, labelNames, registers });

  const stored = counter('events_stored_total', 'Events stored.', ['door']);
  const duplicate = counter('events_duplicate_total', 'Events that were known already.', ['door']);
  const rejected = counter('lines_rejected_total', 'Lines and items that were rejected, by reason.', [
    'door',
    'code',
  ]);
  const failed = counter('events_failed_total', 'Events that the store could not take.', ['door', 'code']);
  const lost = counter('events_lost_total', 'Events of reports that the store could not take in time.', [
    'door',
  ]);
  const reports = counter('reports_total', 'Reports of Puppet and Chef, by what became of them.', [
    'tool',
    'outcome',
  ]);
  const opened = counter('tcp_connections_total', 'Connections to the line port.', []);
  const closed = counter('tcp_connections_closed_total', 'Connections that ended, by the way they did.', [
    'end',
  ]);
  const refused = counter('tcp_connections_refused_total', 'Connections that were refused, by reason.', [
    'reason',
  ]);
  const open = new Gauge({ name: 'anthracite_tcp_connections', help: 'Connections open now.', registers });
  const streams = new Gauge({
    name: 'anthracite_streams',
    help: 'Live streams that are followed now.',
    registers,
  });
  const stalled = counter(
    'http_stalled_total',
    'Answers that were dropped, because their reader took nothing.',
    [],
  );
  const slow = counter(
    'http_slow_total',
    'Answers that were dropped, because their reader was slow and another needed its place.',
    [],
  );
  const connections = new Gauge({
    name: 'anthracite_http_connections',
    help: 'HTTP connections open now.',
    registers,
  });
  const evicted = counter(
    'http_connections_evicted_total',
    'HTTP connections without a request that were closed for newcomers.',
    [],
  );
  const unplaced = counter(
    'http_connections_refused_total',
    'HTTP connections that were closed, because all others had requests under way.',
    [],
  );
  const shortages = counter(
    'http_refused_total',
    'Requests that were answered with 503, because all places of their kind were taken, or all of their address.',
    ['kind', 'shortage'],
  );
  const died = counter('threads_died_total', 'Threads of the store that died, and were replaced.', [
    'thread',
  ]);
  const commit = new Histogram({
    name: 'anthracite_commit_seconds',
    help: 'Time from submission to the synced commit.',
    labelNames: ['door'],
    buckets: seconds,
    registers,
  });
  const http = new Histogram({
    name: 'anthracite_http_request_seconds',
    help: 'Time to answer HTTP requests.',
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
    watchPlaces: (places) => {
      const gauge = (name: string, help: string, figure: (one: CountedPlaces) => number): void => {
        new Gauge({
          name: `anthracite_${name}`,
          help,
          labelNames: ['kind'],
          registers,
          collect() {
            for (const [kind, one] of Object.entries(places)) this.set({ kind }, figure(one));
          },
        });
      };
      gauge('http_places', 'Places for HTTP requests, by kind.', ({ limits }) => limits.max);
      gauge(
        'http_places_taken',
        'Places for HTTP requests that are taken now, by kind.',
        ({ taken }) => taken,
      );
    },
    threadDied: (thread) => died.inc({ thread }),
    httpAnswered: (method, route, status, taken) =>
      http.observe({ method, route, status: String(status) }, taken),
    reportTaken: (tool, outcome) => reports.inc({ tool, outcome }),
    eventsLost: (door, events) => lost.inc({ door }, events),
    watch: (intake, store, droppedLogLines) => {
      new Counter({
        name: 'anthracite_log_lines_dropped_total',
        help: 'Lines of the log that were dropped, because nobody read them.',
        registers,
        collect() {
          this.reset();
          this.inc(droppedLogLines());
        },
      });
      new Gauge({
        name: 'anthracite_intake_waiting',
        help: 'Events that wait for the next commit.',
        registers,
        collect() {
          this.set(intake.waiting);
        },
      });
      const statistic = (name: string, help: string, figure: keyof StoreStatistics): void => {
        new Gauge({
          name: `anthracite_${name}`,
          help,
          registers,
          async collect() {
            this.set((await store.statistics())[figure]);
          },
        });
      };
      statistic('events', 'Events in the store.', 'events');
      statistic('rejects', 'Rejected lines in the ledger.', 'rejects');
      statistic(
        'rejects_forgotten',
        'Rejected lines that the bounded ledger had to forget.',
        'rejectsForgotten',
      );
      new Gauge({
        name: 'anthracite_index_lag',
        help: 'Events that an index has still to follow.',
        labelNames: ['index'],
        registers,
        async collect() {
          const { seriesLag, searchLag } = await store.statistics();
          this.set({ index: 'series' }, seriesLag);
          this.set({ index: 'search' }, searchLag);
        },
      });
      new Gauge({
        name: 'anthracite_integrity_findings',
        help: 'Damaged rows and structures that the last check of the database found.',
        registers,
        collect() {
          this.set(store.integrity().findings.reduce((total, { count }) => total + count, 0));
        },
      });
      new Gauge({
        name: 'anthracite_integrity_checked_timestamp_seconds',
        help: 'When the last check of the database ended; 0 before the first.',
        registers,
        collect() {
          this.set((store.integrity().checkedAt ?? 0) / 1_000);
        },
      });
      statistic('database_bytes', 'Bytes of the database and its write-ahead log.', 'bytes');
    },
  };
}
