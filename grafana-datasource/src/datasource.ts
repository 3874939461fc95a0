// The datasource, as called by Grafana. It connects the other files of the plugin.

import {
  type AdHocVariableFilter,
  type AnnotationSupport,
  CoreApp,
  type DataQueryRequest,
  type DataQueryResponse,
  DataSourceApi,
  type DataSourceGetTagValuesOptions,
  type DataSourceInstanceSettings,
  type DataSourceWithLogsContextSupport,
  type DataSourceWithQueryModificationSupport,
  type DataSourceWithSupplementaryQueriesSupport,
  type DataSourceWithToggleableQueryFiltersSupport,
  type LogRowContextOptions,
  type LogRowModel,
  type MetricFindValue,
  type QueryFilterOptions,
  type QueryFixAction,
  type ScopedVars,
  type SupplementaryQueryOptions,
  SupplementaryQueryType,
  type TestDataSourceResponse,
  type ToggleFilterAction,
} from '@grafana/data';
import { getTemplateSrv, type TemplateSrv } from '@grafana/runtime';
import { catchError, defer, EMPTY, firstValueFrom, map, type Observable, of } from 'rxjs';
import { AnnotationPreviews } from './annotation-previews';
import { annotationSupport } from './annotations';
import { Catalog } from './catalog';
import { contextParameters, contextQuery } from './explore/context';
import { hasFilter, modifyQuery, queryModifications, toggleFilter } from './explore/filters';
import { volumeQuery, volumeRequest } from './explore/volume';
import { eventLogs } from './frames/log-frames';
import { messageMark } from './frames/mark';
import { annotationFrame } from './frames/mark-frames';
import { type AnthraciteOptions, defaultLimitOf, linkBaseOf } from './options';
import { withAdHocFilters } from './query/ad-hoc-filters';
import { type DashboardVariable, patternOfAll } from './query/all-values';
import { completeQuery } from './query/complete-query';
import { describeQuery } from './query/description';
import { interpolateQuery } from './query/interpolation';
import { tagKey, typeKey } from './query/labels';
import { checkVersion, migrateQuery, queryVersion } from './query/migration';
import type { AnthraciteQuery, CompleteQuery } from './query/query';
import { zoneName } from './request/calendar';
import { Client, RequestFailure } from './request/client';
import { EventStream } from './request/event-stream';
import { checkHealth } from './request/health-check';
import type { TimeRangeMs } from './request/parameters';
import { joinAnswers, type QueryAnswer } from './responses';
import { runLive } from './run-live';
import { type RunOptions, runQuery } from './run-query';
import { AnthraciteVariables } from './variables';

export class AnthraciteDatasource
  extends DataSourceApi<AnthraciteQuery, AnthraciteOptions>
  implements
    DataSourceWithLogsContextSupport<AnthraciteQuery>,
    DataSourceWithQueryModificationSupport<AnthraciteQuery>,
    DataSourceWithSupplementaryQueriesSupport<AnthraciteQuery>,
    DataSourceWithToggleableQueryFiltersSupport<AnthraciteQuery>
{
  override annotations: AnnotationSupport<AnthraciteQuery> = annotationSupport;
  /** Lists for editors, variables and filters. */
  readonly catalog: Catalog;
  /** Maximum number of events, and of spans, for queries without a limit. */
  readonly limit: number;
  /** The test runs of annotation queries. */
  readonly previews = new AnnotationPreviews();
  readonly #client: Client;
  readonly #stream: EventStream;
  readonly #linkBase: string;
  readonly #template: () => TemplateSrv;

  constructor(
    settings: DataSourceInstanceSettings<AnthraciteOptions>,
    template: () => TemplateSrv = getTemplateSrv,
  ) {
    super(settings);
    this.#client = new Client(settings.url ?? '');
    this.#stream = new EventStream(settings.url ?? '');
    this.#template = template;
    this.#linkBase = linkBaseOf(settings.jsonData);
    this.limit = defaultLimitOf(settings.jsonData);
    this.catalog = new Catalog(this.#client);
    this.variables = new AnthraciteVariables(this.catalog, (text, scopedVars) =>
      template().replace(text, scopedVars),
    );
  }

  /** Sends one request to the server per visible query; live log lines follow the stream of the server. */
  override query(request: DataQueryRequest<AnthraciteQuery>): Observable<DataQueryResponse> {
    const { range, scopedVars, filters, intervalMs, liveStreaming, timezone } = request;
    const rangeMs = { fromMs: range.from.valueOf(), untilMs: range.to.valueOf() };
    const shown = request.targets.filter((target) => target.hide !== true);
    if (shown.length === 0) return of({ data: [] });
    const options: RunOptions = {
      range: rangeMs,
      panelIntervalMs: intervalMs,
      limit: this.limit,
      linkBase: this.#linkBase,
      isPreview: this.previews.has(request),
      zone: zoneName(timezone ?? ''),
    };
    const run = (target: AnthraciteQuery): Observable<QueryAnswer> => {
      const query = this.#prepare(target, scopedVars, filters);
      const isLive = liveStreaming === true && query.kind === 'logs';
      const frames = isLive
        ? runLive(this.#client, this.#stream, query, options)
        : runQuery(this.#client, query, options);
      return frames.pipe(map((all) => ({ frames: all, isLive })));
    };
    return joinAnswers(
      shown.map((target) =>
        // An unsupported filter is an error of its own query only.
        defer(() => run(target)).pipe(catchError((error: unknown) => failureOf(target, error, rangeMs))),
      ),
    );
  }

  override testDatasource(): Promise<TestDataSourceResponse> {
    return checkHealth(this.#client);
  }

  override getDefaultQuery(app: CoreApp): Partial<AnthraciteQuery> {
    return { version: queryVersion, kind: app === CoreApp.Explore ? 'logs' : 'table' };
  }

  override getQueryDisplayText(query: AnthraciteQuery): string {
    return describeQuery(completeQuery(query));
  }

  /** Queries for Explore: with the values of the dashboard's variables and filters. */
  override interpolateVariablesInQueries(
    queries: AnthraciteQuery[],
    scopedVars: ScopedVars,
    filters?: AdHocVariableFilter[],
  ): AnthraciteQuery[] {
    return queries.map((query) => ({
      ...withAdHocFilters(this.#interpolate(query, scopedVars), filters ?? []),
      datasource: this.getRef(),
    }));
  }

  /** Explore shows the number of events of the whole range over log lines. */
  getSupportedSupplementaryQueryTypes(): SupplementaryQueryType[] {
    return [SupplementaryQueryType.LogsVolume];
  }

  /** The query of that histogram. */
  getSupplementaryQuery(
    { type }: SupplementaryQueryOptions,
    query: AnthraciteQuery,
  ): AnthraciteQuery | undefined {
    return type === SupplementaryQueryType.LogsVolume ? volumeQuery(query) : undefined;
  }

  /** The request of that histogram. */
  getSupplementaryRequest(
    type: SupplementaryQueryType,
    request: DataQueryRequest<AnthraciteQuery>,
  ): DataQueryRequest<AnthraciteQuery> | undefined {
    return type === SupplementaryQueryType.LogsVolume ? volumeRequest(request) : undefined;
  }

  /** Adds or removes the filter of a label of a log line. */
  toggleQueryFilter(query: AnthraciteQuery, filter: ToggleFilterAction): AnthraciteQuery {
    return toggleFilter(query, filter);
  }

  /** True if the query has the filter of a label. */
  queryHasFilter(query: AnthraciteQuery, filter: QueryFilterOptions): boolean {
    return hasFilter(query, filter);
  }

  /** Adds a filter by a label or by a selected text. */
  override modifyQuery(query: AnthraciteQuery, action: QueryFixAction): AnthraciteQuery {
    return modifyQuery(query, action);
  }

  /** The changes that `modifyQuery` makes. */
  getSupportedQueryModifications(): string[] {
    return [...queryModifications];
  }

  /** The events before or after a log line. */
  async getLogRowContext(row: LogRowModel, options: LogRowContextOptions = {}): Promise<DataQueryResponse> {
    const answer = this.#client.get('events/timeline', contextParameters(row, options));
    const { events } = await firstValueFrom(answer);
    return { data: [eventLogs(events, contextQuery(row).refId, this.#linkBase)] };
  }

  /** The query of all events, for a second view next to a log line. */
  async getLogRowContextQuery(row: LogRowModel): Promise<AnthraciteQuery> {
    return { ...contextQuery(row), datasource: this.getRef() };
  }

  /** Keys for ad hoc filters. */
  override async getTagKeys(): Promise<MetricFindValue[]> {
    const own = [typeKey, tagKey].map((key) => ({ text: key, value: key }));
    return [...own, ...(await this.catalog.tagKeys())];
  }

  /** The values of a key for ad hoc filters. */
  override getTagValues({ key }: DataSourceGetTagValuesOptions): Promise<MetricFindValue[]> {
    if (key === typeKey) return this.catalog.types();
    return key === tagKey ? this.catalog.bareTags() : this.catalog.tagValues(key);
  }

  #prepare(
    query: AnthraciteQuery,
    scopedVars: ScopedVars,
    filters: AdHocVariableFilter[] | undefined,
  ): CompleteQuery {
    checkVersion(query);
    return completeQuery(withAdHocFilters(this.#interpolate(query, scopedVars), filters ?? []));
  }

  #interpolate(query: AnthraciteQuery, scopedVars: ScopedVars): AnthraciteQuery {
    const template = this.#template();
    const replace = (text: string, format?: (value: unknown) => string): string =>
      template.replace(text, scopedVars, format);
    return interpolateQuery(migrateQuery(query), {
      replace,
      patternOfAll: (name) => {
        const variable = template.getVariables().find((one) => one.name === name);
        const pattern = patternOfAll(variable as DashboardVariable | undefined, this.type);
        return pattern && (replace(pattern).trim() || '*');
      },
    });
  }
}

// Dashboards do not show errors of annotations, and a graph without marks looks as if nothing happened. So the error becomes a mark
// over the whole graph.
function failureOf(
  { kind, refId }: AnthraciteQuery,
  error: unknown,
  range: TimeRangeMs,
): Observable<QueryAnswer> {
  if (error instanceof RequestFailure && error.isCancelled) return EMPTY;
  const message = error instanceof Error ? error.message : String(error);
  if (kind === 'annotation') {
    const mark = messageMark('Events cannot be shown', message, range);
    return of({ frames: [annotationFrame([mark], refId, [{ severity: 'error', text: message }])] });
  }
  return of({ frames: [], failure: { message, refId } });
}
