// The page: one place of Grafana with one datasource in it, as the address says: ?uid=...&place=query&from=...&to=...

import { CoreApp, type DataSourceSettings, dateTime, PluginType, type TimeRange } from '@grafana/data';
import { config, setBackendSrv, setTemplateSrv } from '@grafana/runtime';
import { GlobalStyles, PortalContainer } from '@grafana/ui';
import * as React from 'react';
import { createRoot } from 'react-dom/client';
import { DashboardPlace } from './dashboard';
import { AnnotationPlace, ConfigPlace, instanceSettings, QueryPlace, VariablePlace } from './editors';
import { GraphPlace } from './graph';
import { loadPlugin } from './plugin-loader';
import { createBackendSrv, createTemplateSrv, type HostVariable } from './services';

const asked = new URLSearchParams(window.location.search);
const readJson = async (url: string, init?: RequestInit) => (await fetch(url, init)).json();

async function main(): Promise<void> {
  setBackendSrv(createBackendSrv());
  setTemplateSrv(createTemplateSrv(variables()));
  const settings: DataSourceSettings = await readJson(`/api/datasources/uid/${asked.get('uid')}`);
  const meta = {
    ...(await readJson(`/public/plugins/${settings.type}/plugin.json`)),
    type: PluginType.datasource,
  };
  config.datasources = { [settings.name]: instanceSettings(settings, meta) };
  const plugin = await loadPlugin(`/public/plugins/${settings.type}/module.js`);
  plugin.meta = meta;
  const make = (from: DataSourceSettings) => {
    const datasource = new plugin.DataSourceClass(instanceSettings(from, meta));
    datasource.meta ??= meta; // as in Grafana's page after it has created a datasource
    return datasource;
  };
  const save = async (changed: DataSourceSettings) => {
    const saved = await readJson(`/api/datasources/uid/${changed.uid}`, {
      method: 'PUT',
      body: JSON.stringify(changed),
    });
    return make(saved.datasource);
  };
  const given = asked.get('value');
  const props = {
    plugin,
    datasource: make(settings),
    range: timeRange(),
    initial: given ? JSON.parse(given) : undefined,
  };
  const places: Record<string, () => React.ReactElement> = {
    config: () => <ConfigPlace plugin={plugin} settings={settings} save={save} />,
    query: () => <QueryPlace {...props} app={CoreApp.PanelEditor} />,
    explore: () => <QueryPlace {...props} app={CoreApp.Explore} />,
    annotation: () => <AnnotationPlace {...props} />,
    variable: () => <VariablePlace {...props} />,
    graph: () => <GraphPlace {...props} />,
    dashboard: () => <DashboardPlace {...props} />,
  };
  const element = document.getElementById('root');
  if (!element) throw new Error('the page has no root');
  createRoot(element).render(
    <>
      <GlobalStyles />
      {places[asked.get('place') ?? 'config']?.()}
      <PortalContainer />
    </>,
  );
}

function timeRange(): TimeRange {
  const from = dateTime(Number(asked.get('from') ?? 0));
  const to = dateTime(Number(asked.get('to') ?? Date.now()));
  return { from, to, raw: { from, to } };
}

/** As in the URL of a dashboard: `var-type=a&var-type=b`. */
function variables(): HostVariable[] {
  const names = new Set([...asked.keys()].filter((name) => name.startsWith('var-')));
  return [...names].map((name) => {
    const values = asked.getAll(name);
    return { name: name.slice('var-'.length), value: values.length === 1 ? String(values[0]) : values };
  });
}

main().catch((error) => {
  document.body.append(`the host failed: ${error?.stack ?? error}`);
  throw error;
});
