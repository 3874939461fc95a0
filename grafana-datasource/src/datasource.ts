// The datasource: joins queries, requests and frames. What it joins is pure, and stands in files of its own.

import {
  type AnnotationSupport,
  type DataQueryRequest,
  type DataQueryResponse,
  DataSourceApi,
  type DataSourceInstanceSettings,
  type TestDataSourceResponse,
} from '@grafana/data';
import { getBackendSrv } from '@grafana/runtime';
import { lastValueFrom, map, merge, type Observable } from 'rxjs';
import { annotationFrame, type EventList } from './event-frame';
import { type AnthraciteOptions, usualLimit } from './options';
import { type AnthraciteQuery, completeQuery } from './query';
import { formatParameters, listParameters, type RequestParameters } from './request-parameters';

export class AnthraciteDatasource extends DataSourceApi<AnthraciteQuery, AnthraciteOptions> {
  readonly #url: string;
  readonly #options: AnthraciteOptions;
  override annotations: AnnotationSupport<AnthraciteQuery> = {};

  constructor(settings: DataSourceInstanceSettings<AnthraciteOptions>) {
    super(settings);
    this.#url = settings.url ?? '';
    this.#options = settings.jsonData;
  }

  override query({ targets, range }: DataQueryRequest<AnthraciteQuery>): Observable<DataQueryResponse> {
    const rangeMs = { fromMs: range.from.valueOf(), untilMs: range.to.valueOf() };
    const limit = this.#options.defaultLimit ?? usualLimit;
    return merge(
      ...targets.map((target) =>
        this.#get<EventList>('events/json', listParameters(completeQuery(target), rangeMs, limit)).pipe(
          map((list) => ({ data: [annotationFrame(list, target.refId)], key: target.refId })),
        ),
      ),
    );
  }

  override async testDatasource(): Promise<TestDataSourceResponse> {
    const { version } = await lastValueFrom(this.#get<{ version: string }>('health', {}));
    return { status: 'success', message: `Anthracite ${version} answers.` };
  }

  #get<Answer>(path: string, parameters: RequestParameters): Observable<Answer> {
    const query = formatParameters(parameters);
    const url = `${this.#url}/${path}${query === '' ? '' : `?${query}`}`;
    return getBackendSrv()
      .fetch<Answer>({ url, method: 'GET', showErrorAlert: false })
      .pipe(map(({ data }) => data));
  }
}
