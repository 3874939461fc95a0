// Reads what a report is made of, and has it made here, so that nobody else waits for it.

import type { Span } from '@anthracite/protocol/core';
import { type DeployEvent, failureWindowMs } from '../report/deployments';
import { createReport, type NamedRange, type Report } from '../report/report';
import type { EventQuery } from './event-store';
import { createQueryTest } from './query-test';
import type { Reader } from './reader';
import { isSearch } from './selector';
import type { SpanFinder } from './span-finder';
import type { Statements } from './statements';
import { StoreError } from './store-error';

const maxDeploys = 300_000;

// By the index of series: types that begin with `deploy_`, up to the sign behind `_`. What it does not hold yet is read from the events.
const deployRows = `
  SELECT picked.id, picked.time, picked.series FROM series CROSS JOIN series_time AS picked ON picked.series = series.id
  WHERE type >= 'deploy_' AND type < 'deploy\`' AND picked.time BETWEEN ? AND ?
  UNION ALL
  SELECT events.id, time, series FROM events NOT INDEXED CROSS JOIN series ON series.id = events.series
  WHERE events.id > (SELECT value FROM meta WHERE key = 'series_time_upto')
    AND type >= 'deploy_' AND type < 'deploy\`' AND time BETWEEN ? AND ?`;

export class ReportReader {
  readonly #statements: Statements;
  readonly #reader: Reader;
  readonly #finder: SpanFinder;

  constructor(statements: Statements, reader: Reader, finder: SpanFinder) {
    this.#statements = statements;
    this.#reader = reader;
    this.#finder = finder;
  }

  /** The report of a query's range, whose end is not included, made of the events and spans that the query asks for. */
  report(query: EventQuery, periods: readonly NamedRange[]): Report {
    const { fromMs, untilMs } = query;
    // Incidents may follow what is deployed at the end of the range, and what was deployed before it may be to blame.
    const around: EventQuery = {
      ...query,
      fromMs: fromMs - failureWindowMs,
      untilMs: untilMs + failureWindowMs,
    };
    const spans: Span[] = [...this.#finder.find(around)];
    return createReport({ spans, deploys: this.#deploys(around), range: { fromMs, untilMs }, periods });
  }

  #deploys(query: EventQuery): DeployEvent[] {
    const deploys: DeployEvent[] = [];
    for (const deploy of this.#deploysOf(query)) {
      if (deploys.push(deploy) > maxDeploys) throw new StoreError('TOO_MANY_DEPLOYS', { limit: maxDeploys });
    }
    return deploys;
  }

  *#deploysOf(query: EventQuery): Generator<DeployEvent> {
    const { search, ...rest } = query;
    if (search === null) return;
    const isWanted = createQueryTest(rest);
    if (isSearch(search)) {
      for (const event of this.#reader.events({ ...query, types: ['deploy_*'], order: 'ascending' })) {
        const { id, time, type, tags } = event;
        if (isWanted(event)) yield { id, time, type, tags };
      }
      return;
    }
    const range = [query.fromMs, query.untilMs];
    for (const row of this.#statements.iterate({ text: deployRows, values: [...range, ...range] })) {
      const [id, time, series] = row as [number, number, number];
      const { type, tags } = this.#reader.seriesById(series);
      if (isWanted({ time, type, tags, description: '' })) yield { id, time, type, tags };
    }
  }
}
