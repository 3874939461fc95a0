// Reads the data of a report, and computes the report in the reader thread, so that no other request waits for it.

import type { Event, Span } from '@anthracite/protocol/core';
import { type ReportFormat, reportFormats } from '../formats/report-formats';
import { ownText } from '../own-text';
import type { EventQuery, ReportOptions } from '../query/event-query';
import { createQueryTest, isSearch } from '../query/query-test';
import {
  isMaintenance,
  knownPart,
  type Maintenance,
  noMaintenance,
  readMaintenance,
} from '../report/coverage';
import { type DeployEvent, isDeployTag, isDeployType } from '../report/deployments';
import { createGroupTagTest } from '../report/groups';
import type { IllustratedReport } from '../report/illustrated-report';
import type { Range } from '../report/intervals';
import { createPictures, spansWithBars } from '../report/pictures';
import { isPlaceTag } from '../report/places';
import { createReport, deliveriesOf, type ReportInput, reportReach } from '../report/report';
import { createTables, tableRows, titledIds } from '../report/tables';
import type { Asker } from '../storage/asker';
import { StoreError } from '../storage/store-error';
import type { Reader } from './reader';
import type { Series, SeriesReader } from './series-reader';
import type { SpanFinder } from './span-finder';

/** Other spans, such as alerts and backups, have no figures. */
const reportedScales = ['incident', 'gain'] as const;
const maxDeploys = 300_000;
const maxSpans = 100_000;
const maxMaintenance = 10_000;
/** Maximum characters of the tags of all deployments and incidents in a report. */
const maxTagChars = 16_777_216;
const columns = ['id', 'time', 'series'] as const;
const seriesAtOnce = 1_000;
/** The limits of a report. */
const limits: ReadonlySet<string> = new Set([
  'TOO_MANY_SPANS',
  'TOO_MANY_DEPLOYS',
  'TOO_MUCH_MAINTENANCE',
  'OUT_OF_MEMORY',
]);

type DeployRow = readonly [id: number, time: number, series: number];

export class ReportReader {
  readonly #asker: Asker;
  readonly #series: SeriesReader;
  readonly #reader: Reader;
  readonly #finder: SpanFinder;

  constructor(asker: Asker, series: SeriesReader, reader: Reader, finder: SpanFinder) {
    this.#asker = asker;
    this.#series = series;
    this.#reader = reader;
    this.#finder = finder;
  }

  /** The report of a query's range as text, from the events and spans that match the query. The end of the range is exclusive. */
  async report(query: EventQuery, options: ReportOptions, format: ReportFormat): Promise<Uint8Array> {
    const report = createReport(await this.#read(query, options));
    return new TextEncoder().encode(reportFormats[format](report));
  }

  /** The same report as data, with the data of its charts. `days` are consecutive parts of the range. */
  async illustratedReport(
    query: EventQuery,
    options: ReportOptions,
    days: readonly Range[],
  ): Promise<IllustratedReport> {
    const input = await this.#read(query, options);
    const { spans, range, dataFromMs, maintenance } = input;
    const known = knownPart(range, dataFromMs);
    const { excuseOf } = maintenance;
    const deliveries = deliveriesOf(input);
    const rows = tableRows(spans, deliveries, known);
    const bars = spansWithBars(spans, range).map(({ id }) => id);
    const titles = await this.#finder.titlesOf([...new Set([...bars, ...titledIds(rows)])]);
    const titleOf = ({ id }: { readonly id: number }): string => titles.get(id) ?? '';
    return {
      ...createReport(input, deliveries),
      pictures: createPictures({ spans, range, known, excuseOf, days, titleOf }),
      tables: createTables(rows, titleOf),
    };
  }

  // One reading serves both periods. If that exceeds a limit, the report has no comparison.
  async #read(query: EventQuery, options: ReportOptions): Promise<ReportInput> {
    const range = { fromMs: query.fromMs, untilMs: query.untilMs };
    const dataFromMs = options.dataFromMs ?? (await this.#reader.firstTime());
    const { previous } = options;
    const alone = { range, dataFromMs, previous };
    if (previous === null || dataFromMs === null || dataFromMs >= range.fromMs) {
      return this.#readFrom(range.fromMs, alone, query, options);
    }
    try {
      return await this.#readFrom(Math.max(previous.fromMs, dataFromMs), alone, query, options);
    } catch (error) {
      if (!(error instanceof StoreError) || !limits.has(error.code)) throw error;
      return this.#readFrom(range.fromMs, { ...alone, previous: null }, query, options);
    }
  }

  async #readFrom(
    fromMs: number,
    known: Pick<ReportInput, 'range' | 'dataFromMs' | 'previous'>,
    query: EventQuery,
    options: ReportOptions,
  ): Promise<ReportInput> {
    const { periods, failureWindowMs, leavesOutMaintenance, targets, groupKeys } = options;
    const all = { fromMs, untilMs: query.untilMs };
    const reach = reportReach(all, failureWindowMs);
    const budget = { chars: maxTagChars };
    const isGroupTag = createGroupTagTest(groupKeys);
    const isShared = (tag: string): boolean => isPlaceTag(tag) || isGroupTag(tag) || tag.startsWith('host=');
    const deployTags = new KeptTags((tag) => isDeployTag(tag) || isGroupTag(tag), isShared, budget);
    const placeTags = new KeptTags((tag) => isPlaceTag(tag) || isGroupTag(tag), isShared, budget);
    const keptOf = ({ type, scale }: Span): KeptTags | null =>
      isDeployType(type) ? deployTags : scale === 'incident' ? placeTags : null;
    const spans: Span[] = [];
    const wanted = { ...query, ...reach.spans, scales: reportedScales, withDeployments: true };
    for await (const block of this.#finder.find(wanted)) {
      if (spans.length + block.length > maxSpans) throw new StoreError('TOO_MANY_SPANS', { limit: maxSpans });
      const tags = new Map<number, readonly string[]>();
      for await (const part of this.#finder.whole(block.filter((span) => keptOf(span) !== null))) {
        for (const span of part) tags.set(span.id, keptOf(span)?.of(span.tags) ?? []);
      }
      for (const span of block) spans.push({ ...span, tags: tags.get(span.id) ?? span.tags });
    }
    return {
      ...known,
      spans,
      deploys: await this.#deploys({ ...query, ...reach.deploys }, deployTags),
      periods,
      failureWindowMs,
      maintenance: leavesOutMaintenance ? await this.#maintenance(all, placeTags) : noMaintenance,
      targets,
      groupKeys,
    };
  }

  // The query's filter does not apply: maintenance of an event that is filtered out may also cover incidents that are
  // not.
  async #maintenance(range: Range, placeTags: KeptTags): Promise<Maintenance> {
    const types = ['maintenance', 'maintenance_*'];
    const windows: Span[] = [];
    for await (const block of this.#finder.find({ ...range, types, order: 'ascending' })) {
      const some = block.filter(isMaintenance);
      if (windows.length + some.length > maxMaintenance)
        throw new StoreError('TOO_MUCH_MAINTENANCE', { limit: maxMaintenance });
      for await (const part of this.#finder.whole(some)) {
        for (const span of part) windows.push({ ...span, tags: placeTags.of(span.tags) });
      }
    }
    return readMaintenance(windows);
  }

  async #deploys(query: EventQuery, deployTags: KeptTags): Promise<readonly DeployEvent[]> {
    const { search, ...rest } = query;
    if (search === null) return [];
    const isWanted = createQueryTest(rest);
    const found: DeployEvent[] = [];
    const take = (id: number, time: number, { type, tags }: Pick<Event, 'type' | 'tags'>): void => {
      if (found.length === maxDeploys) throw new StoreError('TOO_MANY_DEPLOYS', { limit: maxDeploys });
      found.push({ id, time, type, tags: deployTags.of(tags) });
    };
    if (isSearch(search)) {
      for await (const block of this.#reader.blocks({ ...query, types: ['deploy_*'], order: 'ascending' })) {
        for (const event of block) if (isWanted(event)) take(event.id, event.time, event);
      }
    } else await this.#takeBySeries(rest, isWanted, take);
    return found;
  }

  // Uses the index of series, without reading events; events that it does not contain yet are read.
  async #takeBySeries(
    query: EventQuery,
    isWanted: (event: Event) => boolean,
    take: (id: number, time: number, series: Pick<Event, 'type' | 'tags'>) => void,
  ): Promise<void> {
    const { fromMs, untilMs } = query;
    const { series: allSeries, notYet, ofSeries } = this.#asker.sql.deploys;
    const isOfWanted = (series: Series): boolean => isWanted({ ...series, time: fromMs, description: '' });
    for await (const block of this.#asker.blocks<DeployRow>(notYet(fromMs, untilMs, maxDeploys + 1))) {
      const seriesOf = await this.#series.of(block.map(([, , series]) => series));
      for (const [id, time, series] of block) {
        const known = seriesOf(series);
        if (isOfWanted(known)) take(id, time, known);
      }
    }
    const { id: ids } = await this.#asker.columns(['id'], allSeries);
    for (let from = 0; from < ids.length; from += seriesAtOnce) {
      const some = ids.slice(from, from + seriesAtOnce);
      const seriesOf = await this.#series.of(some);
      const wanted = some.filter((id) => isOfWanted(seriesOf(id)));
      if (wanted.length === 0) continue;
      const found = await this.#asker.columns(columns, ofSeries(wanted, fromMs, untilMs, maxDeploys + 1));
      for (const [place, id] of found.id.entries()) {
        take(id, found.time[place] as number, seriesOf(found.series[place] as number));
      }
    }
  }
}

/** The tags that the report uses, as copies in their own memory. Equal lists are one array, which their readers rely on. */
class KeptTags {
  readonly #known = new WeakMap<readonly string[], readonly string[]>();
  readonly #isKept: (tag: string) => boolean;
  readonly #isShared: (tag: string) => boolean;
  readonly #budget: { chars: number };
  /** Tags that many series share. */
  readonly #shared = new Map<string, string>();

  /** Takes from the budget, and throws a `StoreError` when it is exceeded. */
  constructor(
    isKept: (tag: string) => boolean,
    isShared: (tag: string) => boolean,
    budget: { chars: number },
  ) {
    this.#isKept = isKept;
    this.#isShared = isShared;
    this.#budget = budget;
  }

  of(tags: readonly string[]): readonly string[] {
    const known = this.#known.get(tags);
    if (known !== undefined) return known;
    const own = tags.filter(this.#isKept).map((tag) => this.#ownText(tag));
    this.#known.set(tags, own);
    return own;
  }

  #ownText(tag: string): string {
    const shared = this.#shared.get(tag);
    if (shared !== undefined) return shared;
    const own = ownText(tag);
    this.#budget.chars -= own.length;
    if (this.#budget.chars < 0) throw new StoreError('OUT_OF_MEMORY', {});
    if (this.#isShared(tag)) this.#shared.set(own, own);
    return own;
  }
}
