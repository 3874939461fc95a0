// Reads what a report is made of, and has it made here, so that nobody else waits for it.

import type { Event, Span, StoredEvent } from '@anthracite/protocol/core';
import { type ReportFormat, reportFormats } from '../formats/report-formats';
import { ownText } from '../own-text';
import type { Range } from '../report/affected-time';
import { type DeployEvent, failureWindowMs, isDeployTag, isDeployType } from '../report/deployments';
import type { IllustratedReport } from '../report/illustrated-report';
import { createPictures } from '../report/pictures';
import { createReport, type NamedRange, type ReportInput } from '../report/report';
import type { EventQuery } from './event-store';
import { createQueryTest } from './query-test';
import type { Reader } from './reader';
import { isSearch } from './selector';
import type { SpanFinder } from './span-finder';
import type { Statements } from './statements';
import { StoreError } from './store-error';

const maxDeploys = 300_000;
/** How long the tags of all deployments may be that the report looks at. */
const maxTagChars = 16_777_216;
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
    const titleOf = (span: Span): string => this.#finder.titleOf(span.id);
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
    const deployTags = new DeployTags();
    const spans = [...this.#finder.find(around)].map((span) =>
      isDeployType(span.type) ? { ...span, tags: deployTags.of(this.#finder.tagsOf(span)) } : span,
    );
    const deploys = this.#deploys(around, deployTags);
    return { spans, deploys, range: { fromMs, untilMs }, periods };
  }

  *#deploys(query: EventQuery, deployTags: DeployTags): Generator<DeployEvent> {
    const { search, ...rest } = query;
    if (search === null) return;
    const isWanted = createQueryTest(rest);
    const found: Iterable<Event & { readonly id: number }> = isSearch(search)
      ? this.#reader.events({ ...query, types: ['deploy_*'], order: 'ascending' })
      : this.#deploysBySeries(rest, isWanted);
    let count = 0;
    for (const event of found) {
      if (isSearch(search) && !isWanted(event)) continue;
      if (++count > maxDeploys) throw new StoreError('TOO_MANY_DEPLOYS', { limit: maxDeploys });
      const { id, time, type, tags } = event;
      yield { id, time, type, tags: deployTags.of(tags) };
    }
  }

  // By the index of series, without a look at the events; what it does not hold yet is read from them.
  *#deploysBySeries(query: EventQuery, isWanted: (event: Event) => boolean): Generator<StoredEvent> {
    const { fromMs, untilMs } = query;
    const isWantedSeries = (id: number): boolean =>
      isWanted({ time: fromMs, description: '', ...this.#reader.seriesById(id) });
    const known = new Map<number, boolean>();
    const notYet = this.#statements.columns(columns, {
      text: `SELECT events.id AS id, time, series FROM events NOT INDEXED CROSS JOIN series ON series.id = events.series
             WHERE events.id > (SELECT value FROM meta WHERE key = 'series_time_upto') AND ${isDeploy} AND time BETWEEN ? AND ?
             LIMIT ?`,
      values: [fromMs, untilMs, maxDeploys + 1],
    });
    for (const [place, id] of notYet.id.entries()) {
      const seriesId = notYet.series[place] as number;
      const isKnown = known.get(seriesId) ?? isWantedSeries(seriesId);
      known.set(seriesId, isKnown);
      if (!isKnown) continue;
      const { type, tags } = this.#reader.seriesById(seriesId);
      yield { id, time: notYet.time[place] as number, description: '', type, tags };
    }
    const all = this.#statements.columns(['id'], {
      text: `SELECT id FROM series WHERE ${isDeploy}`,
      values: [],
    });
    for (const seriesId of all.id) {
      if (!isWantedSeries(seriesId)) continue;
      const { type, tags } = this.#reader.seriesById(seriesId);
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

/** The tags of deployments that the report looks at, in memory of their own. Equal lists are one array, as their readers expect. */
class DeployTags {
  readonly #known = new WeakMap<readonly string[], readonly string[]>();
  #chars = 0;

  of(tags: readonly string[]): readonly string[] {
    const known = this.#known.get(tags);
    if (known !== undefined) return known;
    const own = tags.filter(isDeployTag).map(ownText);
    this.#chars += own.reduce((sum, tag) => sum + tag.length, 0);
    if (this.#chars > maxTagChars) throw new StoreError('OUT_OF_MEMORY', {});
    this.#known.set(tags, own);
    return own;
  }
}
