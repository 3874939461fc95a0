// Reads what a report is made of, and has it made here, so that nobody else waits for it.

import type { Event, Span, StoredEvent } from '@anthracite/protocol/core';
import { type ReportFormat, reportFormats } from '../formats/report-formats';
import type { Range } from '../report/affected-time';
import { type DeployEvent, failureWindowMs } from '../report/deployments';
import type { IllustratedReport } from '../report/illustrated-report';
import { createPictures } from '../report/pictures';
import { createReport, type NamedRange, type ReportInput } from '../report/report';
import type { EventQuery } from './event-store';
import { createQueryTest } from './query-test';
import type { Reader, Series } from './reader';
import { isSearch } from './selector';
import type { SpanFinder } from './span-finder';
import type { Statements } from './statements';
import { StoreError } from './store-error';

const maxDeploys = 300_000;
const columns = ['id', 'time', 'series'] as const;

// Types that begin with `deploy_`: up to the sign behind `_`.
const isDeploy = "type >= 'deploy_' AND type < 'deploy`'";

export class ReportReader {
  readonly #statements: Statements;
  readonly #reader: Reader;
  readonly #finder: SpanFinder;

  constructor(statements: Statements, reader: Reader, finder: SpanFinder) {
    this.#statements = statements;
    this.#reader = reader;
    this.#finder = finder;
  }

  /** The report of a query's range, whose end is not included, made of the events and spans that the query asks for, as text. */
  report(query: EventQuery, periods: readonly NamedRange[], format: ReportFormat): Uint8Array {
    return new TextEncoder().encode(reportFormats[format](createReport(this.#read(query, periods))));
  }

  /** The same as data, with what its pictures are drawn from. `days` are consecutive parts of the range. */
  illustratedReport(
    query: EventQuery,
    periods: readonly NamedRange[],
    days: readonly Range[],
  ): IllustratedReport {
    const input = this.#read(query, periods);
    const titleOf = (span: Span): string => this.#finder.withTitle(span).title;
    return { ...createReport(input), pictures: createPictures({ ...input, days, titleOf }) };
  }

  #read(query: EventQuery, periods: readonly NamedRange[]): ReportInput {
    const { fromMs, untilMs } = query;
    // Incidents may follow what is deployed at the end of the range, and what was deployed before it may be to blame.
    const around: EventQuery = {
      ...query,
      fromMs: fromMs - failureWindowMs,
      untilMs: untilMs + failureWindowMs,
    };
    const spans: Span[] = [...this.#finder.find(around)];
    const deploys = this.#deploys(around);
    return { spans, deploys, range: { fromMs, untilMs }, periods };
  }

  *#deploys(query: EventQuery): Generator<DeployEvent> {
    const { search, ...rest } = query;
    if (search === null) return;
    const isWanted = createQueryTest(rest);
    const found = isSearch(search)
      ? this.#reader.events({ ...query, types: ['deploy_*'], order: 'ascending' })
      : this.#deploysBySeries(rest, isWanted);
    let count = 0;
    for (const event of found) {
      if (isSearch(search) && !isWanted(event)) continue;
      if (++count > maxDeploys) throw new StoreError('TOO_MANY_DEPLOYS', { limit: maxDeploys });
      yield event;
    }
  }

  // By the index of series, without a look at the events; what it does not hold yet is read from them.
  *#deploysBySeries(query: EventQuery, isWanted: (event: Event) => boolean): Generator<StoredEvent> {
    const { fromMs, untilMs } = query;
    const wanted = new Map<number, Series>();
    const all = this.#statements.all({ text: `SELECT id FROM series WHERE ${isDeploy}`, values: [] });
    for (const [id] of all as [number][]) {
      const series = this.#reader.seriesById(id);
      if (isWanted({ time: fromMs, description: '', ...series })) wanted.set(id, series);
    }
    const notYet = this.#statements.columns(columns, {
      text: `SELECT events.id AS id, time, series FROM events NOT INDEXED CROSS JOIN series ON series.id = events.series
             WHERE events.id > (SELECT value FROM meta WHERE key = 'series_time_upto') AND ${isDeploy} AND time BETWEEN ? AND ?
             LIMIT ?`,
      values: [fromMs, untilMs, maxDeploys + 1],
    });
    for (const [place, id] of notYet.id.entries()) {
      const series = wanted.get(notYet.series[place] as number);
      if (series !== undefined) yield { id, time: notYet.time[place] as number, description: '', ...series };
    }
    for (const [seriesId, { type, tags }] of wanted) {
      const { id: ids, time: times } = this.#statements.columns(columns, {
        text: 'SELECT id, time, series FROM series_time WHERE series = ? AND time BETWEEN ? AND ? LIMIT ?',
        values: [seriesId, fromMs, untilMs, maxDeploys + 1],
      });
      for (let place = 0; place < ids.length; place++) {
        yield { id: ids[place] as number, time: times[place] as number, description: '', type, tags };
      }
    }
  }
}
