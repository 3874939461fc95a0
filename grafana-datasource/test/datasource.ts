// A datasource for a test, connected to a real server like in Grafana.

import {
  type DataSourceInstanceSettings,
  dateTime,
  type TimeRange,
  type TypedVariableModel,
} from '@grafana/data';
import { type BackendSrv, setBackendSrv, setTemplateSrv, type TemplateSrv } from '@grafana/runtime';
import { AnthraciteDatasource } from '../src/datasource';
import type { AnthraciteOptions } from '../src/options';
import { createProxy, type GrafanaProxy, proxyUrl } from './grafana-proxy';

export interface JoinedDatasource {
  readonly datasource: AnthraciteDatasource;
  readonly proxy: GrafanaProxy;
}

export const datasourceType = 'anthracite-events-datasource';
export const datasourceUid = 'anthracite';

/** Settings as Grafana passes them. */
export function settingsOf(jsonData: AnthraciteOptions = {}): DataSourceInstanceSettings<AnthraciteOptions> {
  return {
    id: 1,
    uid: datasourceUid,
    type: datasourceType,
    name: 'Anthracite',
    url: proxyUrl,
    jsonData,
    access: 'proxy',
    readOnly: false,
    meta: {} as DataSourceInstanceSettings['meta'],
  };
}

/** Connects a datasource to a server. `variables` are the values of variables. */
export function join(
  serverUrl: string,
  options: {
    readonly jsonData?: AnthraciteOptions;
    readonly token?: string;
    readonly variables?: Readonly<Record<string, unknown>>;
    /** The variables as Grafana describes them. */
    readonly described?: readonly object[];
  } = {},
): JoinedDatasource {
  const proxy = createProxy(serverUrl, options.token);
  setBackendSrv(proxy as unknown as BackendSrv);
  setTemplateSrv(templateOf(options.variables ?? {}, options.described));
  return { datasource: new AnthraciteDatasource(settingsOf(options.jsonData)), proxy };
}

/** A time range in the format of dashboards. */
export function rangeOf(fromMs: number, toMs: number): TimeRange {
  const [from, to] = [dateTime(fromMs), dateTime(toMs)];
  return { from, to, raw: { from, to } };
}

function templateOf(
  variables: Readonly<Record<string, unknown>>,
  described: readonly object[] = [],
): TemplateSrv {
  const replace: TemplateSrv['replace'] = (text = '', scopedVars = {}, format) =>
    text.replace(/\$\{?(\w+)\}?/g, (whole, name: string) => {
      const value = scopedVars[name]?.value ?? variables[name];
      if (value === undefined) return whole;
      return typeof format === 'function' ? format(value, { name }, () => '') : String(value);
    });
  return {
    replace,
    getVariables: () => described as unknown as TypedVariableModel[],
    containsTemplate: (text = '') => text.includes('$'),
    updateTimeRange: () => {},
  };
}
