// Metrics whose figures are read on each request of /metrics, instead of counted when something happens.

import { Counter, Gauge, type Registry } from 'prom-client';
import type { StoreStatistics } from './answers/answers';
import type { EventStore } from './answers/event-store';
import type { Intake } from './events/intake';

/** Places of one kind. */
export interface CountedPlaces {
  readonly taken: number;
  readonly limits: { readonly max: number };
}

/** A target, and how far it is behind. */
export interface WatchedTarget {
  readonly target: { readonly name: string };
  readonly behind: number;
  readonly undelivered: number;
  /** Milliseconds since the epoch; null before the first. */
  readonly lastDelivery: number | null;
}

type Figure = () => number | Promise<number>;
/** Figures by the value of a label. */
type Figures = () => Iterable<readonly [string, number]> | Promise<Iterable<readonly [string, number]>>;

/** Adds metrics to a registry. Their names begin with `anthracite_`. */
export class WatchedMetrics {
  readonly #registers: Registry[];

  constructor(registry: Registry) {
    this.#registers = [registry];
  }

  /** Adds a gauge. */
  gauge(name: string, help: string, figure: Figure): void {
    new Gauge({
      name: `anthracite_${name}`,
      help,
      registers: this.#registers,
      async collect() {
        this.set(await figure());
      },
    });
  }

  /** Adds a gauge with a label. */
  gauges(name: string, label: string, help: string, figures: Figures): void {
    new Gauge({
      name: `anthracite_${name}`,
      help,
      labelNames: [label],
      registers: this.#registers,
      async collect() {
        for (const [value, figure] of await figures()) this.set({ [label]: value }, figure);
      },
    });
  }

  /** Adds the places of each kind. */
  places(places: Readonly<Record<string, CountedPlaces>>): void {
    const of = (figure: (one: CountedPlaces) => number) => (): [string, number][] =>
      Object.entries(places).map(([kind, one]) => [kind, figure(one)]);
    this.gauges(
      'http_places',
      'kind',
      'Places for HTTP requests, by kind.',
      of(({ limits }) => limits.max),
    );
    this.gauges(
      'http_places_taken',
      'kind',
      'Places for HTTP requests in use, by kind.',
      of(({ taken }) => taken),
    );
  }

  /** Adds the targets. */
  targets(targets: () => Promise<readonly WatchedTarget[]>): void {
    const of = (figure: (one: WatchedTarget) => number) => async (): Promise<[string, number][]> =>
      (await targets()).map((one) => [one.target.name, figure(one)]);
    this.gauges(
      'target_behind',
      'target',
      'Events and changes stored after the position of a target, whether selected or not.',
      of(({ behind }) => behind),
    );
    this.gauges(
      'target_undelivered',
      'target',
      'Messages that could not be delivered to a target and were put aside.',
      of(({ undelivered }) => undelivered),
    );
    this.gauges(
      'target_last_delivery_timestamp_seconds',
      'target',
      'Time of the last delivery to a target, in seconds since the epoch; 0 before the first.',
      of(({ lastDelivery }) => (lastDelivery ?? 0) / 1_000),
    );
  }

  /** Adds the intake, the store and the log. */
  server(intake: Intake, store: EventStore, droppedLogLines: () => number): void {
    new Counter({
      name: 'anthracite_log_lines_dropped_total',
      help: 'Log lines dropped because standard error was not read.',
      registers: this.#registers,
      collect() {
        this.reset();
        this.inc(droppedLogLines());
      },
    });
    const statistic = (figure: keyof StoreStatistics) => async () => (await store.statistics())[figure];
    this.gauge('intake_waiting', 'Events waiting for the next commit.', () => intake.waiting);
    this.gauge('events', 'Events in the store.', statistic('events'));
    this.gauge('rejects', 'Rejected lines in the store.', statistic('rejects'));
    this.gauge(
      'rejects_forgotten',
      'Rejected lines dropped because only the newest are kept.',
      statistic('rejectsForgotten'),
    );
    this.gauges('index_lag', 'index', 'Events that an index does not contain yet.', async () => {
      const { seriesLag, countsLag, searchLag } = await store.statistics();
      return Object.entries({ series: seriesLag, counts: countsLag, search: searchLag });
    });
    this.gauge(
      'integrity_findings',
      'Damaged rows and structures found by the last check of the database.',
      () => store.integrity().findings.reduce((total, { count }) => total + count, 0),
    );
    this.gauge(
      'integrity_checked_timestamp_seconds',
      'End of the last check of the database, in seconds since the epoch; 0 before the first.',
      () => (store.integrity().checkedAt ?? 0) / 1_000,
    );
    this.gauge('database_bytes', 'Size of the database and its write-ahead log, in bytes.', () =>
      store.bytes(),
    );
  }
}
