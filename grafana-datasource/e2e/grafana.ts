// Shared parts of the tests in a real Grafana: a datasource of the story's server, dashboards, and the marks in a panel.

import { test as base, type DataSourceSettings, expect } from '@grafana/plugin-e2e';
import type { Locator, Response } from '@playwright/test';
import { storyDay } from '../harness/story';

export { expect };

/** The plugin's id. */
export const pluginId = 'anthracite-events-datasource';

/** The server's address as Grafana's own server reaches it. */
export function serverUrl(): string {
  return process.env['ANTHRACITE_URL_FROM_GRAFANA'] ?? process.env['ANTHRACITE_URL'] ?? '';
}

/** The token for reading from the server; empty if it needs none. */
export function serverToken(): string {
  return process.env['ANTHRACITE_TOKEN'] ?? '';
}

/** The day of the story, in the range format of dashboards. */
export const storyRange = {
  from: new Date(storyDay.from).toISOString(),
  to: new Date(storyDay.to).toISOString(),
};

/** A dashboard's model, as far as the tests set it. */
export interface DashboardModel {
  readonly panels?: readonly object[];
  readonly annotations?: readonly object[];
  readonly variables?: readonly object[];
}

interface Fixtures {
  /** A datasource of the plugin. */
  readonly anthracite: DataSourceSettings;
  /** Stores a dashboard on the day of the story, and returns its uid. */
  readonly storeDashboard: (model: DashboardModel) => Promise<string>;
}

/** Grafana's own test, with a datasource and dashboards that are deleted when the test ends. */
export const test = base.extend<Fixtures>({
  anthracite: async ({ createDataSource, grafanaAPIClient }, use) => {
    const token = serverToken();
    const datasource = await createDataSource({
      type: pluginId,
      name: 'Anthracite e2e',
      url: serverUrl(),
      jsonData: {},
      ...(token && { secureJsonData: { token } }),
    });
    await use(datasource);
    await grafanaAPIClient.deleteDataSourceByUID(datasource.uid);
  },
  storeDashboard: async ({ request }, use) => {
    const stored: string[] = [];
    await use(async ({ panels = [], annotations = [], variables = [] }) => {
      const response = await request.post('/api/dashboards/db', {
        data: {
          overwrite: true,
          dashboard: {
            uid: `anthracite-e2e-${stored.length}`,
            title: `Anthracite e2e ${stored.length}`,
            time: storyRange,
            timezone: 'utc',
            schemaVersion: 39,
            panels,
            annotations: { list: annotations },
            templating: { list: variables },
          },
        },
      });
      expect(response.ok(), await response.text()).toBe(true);
      const { uid } = (await response.json()) as { uid: string };
      stored.push(uid);
      return uid;
    });
    for (const uid of stored) await request.delete(`/api/dashboards/uid/${uid}`);
  },
});

/** True for a response through Grafana's proxy: the plugin never uses `/api/ds/query`. */
export function isProxied(path: string): (response: Response) => boolean {
  return (response) => response.url().includes('/api/datasources/proxy/') && response.url().includes(path);
}

/** A time series panel with a line of Grafana's own, for marks to be drawn on. */
export const randomWalk = {
  id: 1,
  type: 'timeseries',
  title: 'Requests',
  gridPos: { x: 0, y: 0, w: 24, h: 12 },
  datasource: { type: 'datasource', uid: 'grafana' },
  targets: [{ refId: 'A', queryType: 'randomWalk', datasource: { type: 'datasource', uid: 'grafana' } }],
} as const;

/** All marks below the time axis of a panel: triangles for points, bars for regions. */
export function marksOf(panel: Locator): Locator {
  return panel.locator('.u-axis > [style*="left"]');
}

/** The marks that are regions: they have a width. */
export function regionsOf(panel: Locator): Locator {
  return panel.locator('.u-axis > [style*="width"]');
}
