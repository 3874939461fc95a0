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
  watch(intake: Intake, store: EventStore): void;
  streamOpened(): void;
  streamClosed(): void;
  /** An answer was dropped, because its reader took nothing. */
  readerStalled(): void;
  httpAnswered(method: string, route: string, status: number, seconds: number): void;
  /** A report of Puppet or Chef was read, or passed on to another collector. */
  reportTaken(tool: string, outcome: string): void;
  /** Events that were acknowledged before they were stored, and could not be. */
  eventsLost(door: string, events: number): void;
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
    httpAnswered: (method, route, status, taken) =>
      http.observe({ method, route, status: String(status) }, taken),
    reportTaken: (tool, outcome) => reports.inc({ tool, outcome }),
    eventsLost: (door, events) => lost.inc({ door }, events),
    watch: (intake, store) => {
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
      statistic('database_bytes', 'Bytes of the database and its write-ahead log.', 'bytes');
    },
  };
}
