// Shared parts of the tests in a real Grafana: a datasource of the story's server, dashboards, and the marks in a panel.

import { test as base, type DataSourceSettings, expect } from '@grafana/plugin-e2e';
import type { APIRequestContext, Locator, Page, Response } from '@playwright/test';
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

/** The administrator of this Grafana. */
const administrator = {
  user: process.env['GRAFANA_ADMIN_USER'] ?? 'admin',
  password: process.env['GRAFANA_ADMIN_PASSWORD'] ?? 'admin',
};

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
  readonly timezone?: string;
  readonly time?: { readonly from: string; readonly to: string };
  readonly title?: string;
}

/** A role of a user in Grafana. */
export type Role = 'Viewer' | 'Editor' | 'Admin';

/** A user of a role: a page that is signed in, and requests of the same user. */
export interface SignedIn {
  readonly page: Page;
  readonly api: APIRequestContext;
}

interface Fixtures {
  /** Requests of the administrator. By name and password: Grafana renews sessions after ten minutes, and refuses the old cookie. */
  readonly api: APIRequestContext;
  /** A datasource of the plugin. */
  readonly anthracite: DataSourceSettings;
  /** The server as a datasource of Grafana's built-in type Graphite. */
  readonly graphite: DataSourceSettings;
  /** Signs a new user in. The user is deleted when the test ends. */
  readonly signInAs: (role: Role) => Promise<SignedIn>;
  /** Stores a dashboard on the day of the story, and returns its uid. */
  readonly storeDashboard: (model: DashboardModel) => Promise<string>;
}

/** Grafana's own test, with a datasource and dashboards that are deleted when the test ends. */
export const test = base.extend<Fixtures>({
  api: async ({ playwright, baseURL }, use) => {
    const context = await playwright.request.newContext(asUser(baseURL, administrator));
    await use(context);
    await context.dispose();
  },
  anthracite: async ({ api }, use) => {
    const token = serverToken();
    const { datasource, remove } = await addDatasource(api, {
      type: pluginId,
      ...(token && { secureJsonData: { token } }),
    });
    await use(datasource);
    await remove();
  },
  graphite: async ({ api }, use) => {
    const { datasource, remove } = await addDatasource(api, {
      type: 'graphite',
      jsonData: { graphiteVersion: '1.1' },
      ...(serverToken() && {
        basicAuth: true,
        basicAuthUser: 'grafana',
        secureJsonData: { basicAuthPassword: serverToken() },
      }),
    });
    await use(datasource);
    await remove();
  },
  signInAs: async ({ api, playwright, browser, baseURL }, use) => {
    const endings: (() => Promise<unknown>)[] = [];
    await use(async (role) => {
      const login = `anthracite-e2e-${role.toLowerCase()}`;
      const password = `of-${login}`;
      const lookup = await api.get(`/api/users/lookup?loginOrEmail=${login}`);
      if (lookup.ok()) await api.delete(`/api/admin/users/${(await lookup.json()).id}`);
      const created = await sent(
        api.post('/api/admin/users', { data: { name: login, login, password, OrgId: 1 } }),
      );
      const { id } = (await created.json()) as { id: number };
      endings.push(() => api.delete(`/api/admin/users/${id}`));
      await sent(api.patch(`/api/org/users/${id}`, { data: { role } }));
      const context = await browser.newContext({ baseURL, storageState: { cookies: [], origins: [] } });
      endings.push(() => context.close());
      await sent(context.request.post('/login', { data: { user: login, password } }));
      const requests = await playwright.request.newContext(asUser(baseURL, { user: login, password }));
      endings.push(() => requests.dispose());
      return { page: await context.newPage(), api: requests };
    });
    for (const end of endings.reverse()) await end();
  },
  storeDashboard: async ({ api }, use) => {
    const stored: string[] = [];
    await use(async ({ panels = [], annotations = [], variables = [], ...more }) => {
      const name = `anthracite-e2e-${stored.length}`;
      const dashboard = {
        title: name,
        time: storyRange,
        timezone: 'utc',
        schemaVersion: 39,
        panels,
        annotations: { list: annotations },
        templating: { list: variables },
        ...more,
        uid: name,
      };
      const response = await sent(api.post('/api/dashboards/db', { data: { overwrite: true, dashboard } }));
      const { uid } = (await response.json()) as { uid: string };
      stored.push(uid);
      return uid;
    });
    for (const uid of stored) await api.delete(`/api/dashboards/uid/${uid}`);
  },
});

/** The options of requests of a user, without the cookies of the browser. */
function asUser(baseURL: string | undefined, { user, password }: typeof administrator) {
  const basic = Buffer.from(`${user}:${password}`).toString('base64');
  return {
    ...(baseURL !== undefined && { baseURL }),
    extraHTTPHeaders: { Authorization: `Basic ${basic}` },
    storageState: { cookies: [], origins: [] },
  };
}

/** Adds a datasource of the server, under a name of its own. */
async function addDatasource(
  api: APIRequestContext,
  settings: { readonly type: string } & Readonly<Record<string, unknown>>,
): Promise<{ datasource: DataSourceSettings; remove: () => Promise<unknown> }> {
  const name = `Anthracite e2e ${settings.type} ${Date.now()}`;
  const response = await sent(
    api.post('/api/datasources', {
      data: { access: 'proxy', url: serverUrl(), jsonData: {}, ...settings, name },
    }),
  );
  const { datasource } = (await response.json()) as { datasource: DataSourceSettings };
  return { datasource, remove: () => api.delete(`/api/datasources/uid/${datasource.uid}`) };
}

/** The response of a request that must succeed. */
export async function sent<Answer extends { ok(): boolean; text(): Promise<string> }>(
  request: Promise<Answer>,
): Promise<Answer> {
  const response = await request;
  expect(response.ok(), await response.text()).toBe(true);
  return response;
}

/** Stores events at the server, without Grafana. */
export async function storeEvents(lines: string): Promise<void> {
  const token = serverToken();
  const response = await fetch(`${process.env['ANTHRACITE_URL']}/events`, {
    method: 'POST',
    headers: { 'Content-Type': 'text/plain', ...(token && { Authorization: `Bearer ${token}` }) },
    body: lines,
  });
  if (!response.ok)
    throw new Error(`the events were not stored: ${response.status} ${await response.text()}`);
}

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
