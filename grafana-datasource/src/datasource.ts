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
  LoadingState,
  type MetricFindValue,
  type ScopedVars,
  type TestDataSourceResponse,
} from '@grafana/data';
import { getTemplateSrv, type TemplateSrv } from '@grafana/runtime';
import { catchError, defer, EMPTY, map, merge, type Observable, of } from 'rxjs';
import { annotationSupport } from './annotations';
import { Catalog } from './catalog';
import { messageMark } from './frames/mark';
import { annotationFrame } from './frames/mark-frames';
import { type AnthraciteOptions, linkBaseOf, usualLimit } from './options';
import { typeKey, withAdHocFilters } from './query/ad-hoc-filters';
import { describeQuery } from './query/description';
import { interpolateQuery } from './query/interpolation';
import { type AnthraciteQuery, type CompleteQuery, completeQuery } from './query/query';
import { Client, RequestFailure } from './request/client';
import { checkHealth } from './request/health-check';
import type { TimeRangeMs } from './request/parameters';
import { runQuery } from './run-query';
import { AnthraciteVariables } from './variables';

export class AnthraciteDatasource extends DataSourceApi<AnthraciteQuery, AnthraciteOptions> {
  override annotations: AnnotationSupport<AnthraciteQuery> = annotationSupport;
  /** Lists for editors, variables and filters. */
  readonly catalog: Catalog;
  /** Maximum number of events, and of spans, for queries without a limit. */
  readonly limit: number;
  readonly #client: Client;
  readonly #linkBase: string;
  readonly #template: () => TemplateSrv;

  constructor(
    settings: DataSourceInstanceSettings<AnthraciteOptions>,
    template: () => TemplateSrv = getTemplateSrv,
  ) {
    super(settings);
    this.#client = new Client(settings.url ?? '');
    this.#template = template;
    this.#linkBase = linkBaseOf(settings.jsonData);
    this.limit = settings.jsonData.defaultLimit || usualLimit;
    this.catalog = new Catalog(this.#client);
    this.variables = new AnthraciteVariables(this.catalog, (text, scopedVars) =>
      template().replace(text, scopedVars),
    );
  }

  /** Sends one request to the server per visible query. */
  override query(request: DataQueryRequest<AnthraciteQuery>): Observable<DataQueryResponse> {
    const { range, scopedVars, filters, intervalMs } = request;
    const rangeMs = { fromMs: range.from.valueOf(), untilMs: range.to.valueOf() };
    const shown = request.targets.filter((target) => target.hide !== true);
    if (shown.length === 0) return of({ data: [] });
    return merge(
      ...shown.map((target) =>
        // An unsupported filter is an error of its own query only.
        defer(() =>
          runQuery(this.#client, this.#prepare(target, scopedVars, filters), {
            range: rangeMs,
            panelIntervalMs: intervalMs,
            limit: this.limit,
            linkBase: this.#linkBase,
          }),
        ).pipe(
          map((frames): DataQueryResponse => ({ data: frames, key: target.refId })),
          catchError((error: unknown) => failureOf(target, error, rangeMs)),
        ),
      ),
    );
  }

  override testDatasource(): Promise<TestDataSourceResponse> {
    return checkHealth(this.#client);
  }

  override getDefaultQuery(app: CoreApp): Partial<AnthraciteQuery> {
    return { kind: app === CoreApp.Explore ? 'logs' : 'table' };
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

  /** Keys for ad hoc filters. */
  override async getTagKeys(): Promise<MetricFindValue[]> {
    return [{ text: typeKey, value: typeKey }, ...(await this.catalog.tagKeys())];
  }

  /** The values of a key for ad hoc filters. */
  override getTagValues({ key }: DataSourceGetTagValuesOptions): Promise<MetricFindValue[]> {
    return key === typeKey ? this.catalog.types() : this.catalog.tagValues(key);
  }

  #prepare(
    query: AnthraciteQuery,
    scopedVars: ScopedVars,
    filters: AdHocVariableFilter[] | undefined,
  ): CompleteQuery {
    return completeQuery(withAdHocFilters(this.#interpolate(query, scopedVars), filters ?? []));
  }

  #interpolate(query: AnthraciteQuery, scopedVars: ScopedVars): AnthraciteQuery {
    return interpolateQuery(query, (text, format) => this.#template().replace(text, scopedVars, format));
  }
}

// Dashboards do not show errors of annotations, and a graph without marks looks as if nothing happened. So the error becomes a mark
// over the whole graph.
function failureOf(
  { kind, refId }: AnthraciteQuery,
  error: unknown,
  range: TimeRangeMs,
): Observable<DataQueryResponse> {
  if (error instanceof RequestFailure && error.isCancelled) return EMPTY;
  const message = error instanceof Error ? error.message : String(error);
  if (kind === 'annotation') {
    const mark = messageMark('Events cannot be shown', message, range);
    return of({
      data: [annotationFrame([mark], refId, [{ severity: 'error', text: message }])],
      key: refId,
    });
  }
  const failure = { message, refId };
  return of({ data: [], key: refId, state: LoadingState.Error, error: failure, errors: [failure] });
}
