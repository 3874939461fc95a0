// The parts of Grafana's core that dashboards need, so that their code, @grafana/scenes, runs here.

import {
  type DataQueryRequest,
  type DataSourceApi,
  DataTopic,
  LoadingState,
  type PanelData,
} from '@grafana/data';
import { type DataSourceSrv, setDataSourceSrv, setRunRequest } from '@grafana/runtime';
import type { SceneObject } from '@grafana/scenes';
import { lastValueFrom, map, Observable } from 'rxjs';
import type { AnthraciteDatasource } from '../src/datasource';
import { settingsOf } from './datasource';

/** Registers the datasource for dashboards, and runs its queries like Grafana's core. */
export function setUpDashboards(datasource: AnthraciteDatasource): void {
  setDataSourceSrv({
    get: async () => datasource as unknown as DataSourceApi,
    getInstanceSettings: () => settingsOf(),
    getList: () => [settingsOf()],
    reload: () => {},
  } as unknown as DataSourceSrv);
  setRunRequest((source: DataSourceApi, request: DataQueryRequest, query = source.query.bind(source)) =>
    (query(request) as ReturnType<AnthraciteDatasource['query']>).pipe(
      map(({ data, errors, state }): PanelData => {
        const isAnnotation = (frame: { meta?: { dataTopic?: DataTopic } }): boolean =>
          frame.meta?.dataTopic === DataTopic.Annotations;
        return {
          state: errors ? LoadingState.Error : (state ?? LoadingState.Done),
          series: data.filter((frame) => !isAnnotation(frame)),
          annotations: data.filter(isAnnotation),
          errors,
          timeRange: request.range,
        };
      }),
    ),
  );
}

/** Resolves with the state of a part of a dashboard as soon as it meets the condition. */
export function stateWhen<State extends object>(
  part: SceneObject & { state: State },
  isWanted: (state: State) => boolean,
): Promise<State> {
  if (isWanted(part.state)) return Promise.resolve(part.state);
  return lastValueFrom(
    new Observable<State>((subscriber) => {
      const found = part.subscribeToState((state) => {
        if (!isWanted(state as unknown as State)) return;
        subscriber.next(state as unknown as State);
        subscriber.complete();
      });
      return () => found.unsubscribe();
    }),
  );
}
