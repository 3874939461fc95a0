// Reads what a report is made of, and has it made here, so that nobody else waits for it.

import type { Span } from '@anthracite/protocol/core';
import { type ReportFormat, reportFormats } from '../formats/report-formats';
import type { Range } from '../report/affected-time';
import { type DeployEvent, failureWindowMs } from '../report/deployments';
import type { IllustratedReport } from '../report/illustrated-report';
import { createPictures } from '../report/pictures';
import { createReport, type NamedRange, type ReportInput } from '../report/report';
import type { EventFields, EventQuery } from './event-store';
import { createQueryTest } from './query-test';
import type { Reader, Series } from './reader';
import { isSearch } from './selector';
import type { SpanFinder } from './span-finder';
import type { Sql } from './sql';
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
    return new Uint8Array(Buffer.from(reportFormats[format](createReport(this.#read(query, periods)))));
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

  #deploys(query: EventQuery): DeployEvent[] {
    const { search, ...rest } = query;
    if (search === null) return [];
    const isWanted = createQueryTest(rest);
    if (!isSearch(search)) return this.#deploysBySeries(rest, isWanted);
    const deploys: DeployEvent[] = [];
    for (const event of this.#reader.events({ ...query, types: ['deploy_*'], order: 'ascending' })) {
      const { id, time, type, tags } = event;
      if (isWanted(event)) deploys.push({ id, time, type, tags });
      if (deploys.length > maxDeploys) this.#refuse();
    }
    return deploys;
  }

  // By the index of series, without a look at the events; what it does not hold yet is read from them.
  #deploysBySeries(query: EventQuery, isWanted: (event: EventFields) => boolean): DeployEvent[] {
    const { fromMs, untilMs } = query;
    const deploys: DeployEvent[] = [];
    const wanted = new Map<number, Series>();
    const all = this.#statements.all({ text: `SELECT id FROM series WHERE ${isDeploy}`, values: [] });
    for (const [id] of all as [number][]) {
      const series = this.#reader.seriesById(id);
      if (isWanted({ time: fromMs, description: '', ...series })) wanted.set(id, series);
    }
    const take = (rows: Sql): number => {
      const { id: ids, time: times, series: seriesIds } = this.#statements.columns(columns, rows);
      for (const [place, id] of ids.entries()) {
        const series = wanted.get(seriesIds[place] as number);
        if (series === undefined) continue;
        deploys.push({ id, time: times[place] as number, type: series.type, tags: series.tags });
      }
      if (deploys.length > maxDeploys) this.#refuse();
      return ids.length;
    };
    // What moves into the index between these two is read twice rather than not at all.
    const notYet = take({
      text: `SELECT events.id AS id, time, series FROM events NOT INDEXED CROSS JOIN series ON series.id = events.series
             WHERE events.id > (SELECT value FROM meta WHERE key = 'series_time_upto') AND ${isDeploy} AND time BETWEEN ? AND ?
             LIMIT ?`,
      values: [fromMs, untilMs, maxDeploys + 1],
    });
    for (const id of wanted.keys()) {
      take({
        text: 'SELECT id, time, series FROM series_time WHERE series = ? AND time BETWEEN ? AND ? LIMIT ?',
        values: [id, fromMs, untilMs, maxDeploys + 1],
      });
    }
    return notYet === 0 ? deploys : [...new Map(deploys.map((one) => [one.id, one])).values()];
  }

  #refuse(): never {
    throw new StoreError('TOO_MANY_DEPLOYS', { limit: maxDeploys });
  }
}
