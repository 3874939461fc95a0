// The link of a frame opens the same query and range on the server's own pages.

import { CoreApp, type DataFrame } from '@grafana/data';
import { lastValueFrom } from 'rxjs';
import { type Served, serve } from '../../cli/dist/test/program';
import { temporaryFolder } from '../../testing/dist/src';
import type { AnthraciteQuery, PanelKind } from '../src/query/query';
import { join, rangeOf } from './datasource';
import { send } from './http';

const begin = Date.UTC(2026, 0, 10);
const hourMs = 3_600_000;
const lines = [
  `${begin / 1_000 + 60} incident_sev2_start;incident=1;env=prod;name=$a{b} known`,
  `${begin / 1_000 + 120} incident_sev2_end;incident=1;env=prod known`,
  `${begin / 1_000 + 180} deploy_shop;env=prod unwanted-event`,
];

let server: Served;
beforeAll(async () => {
  server = await serve(`${temporaryFolder()}/events.db`);
  await server.send(`${lines.join('\n')}\n`);
});

/** The titles and addresses of the links of each field of the first frame. */
async function linksOf(target: Partial<AnthraciteQuery>, linkBase: string): Promise<[string, string[]][]> {
  const { datasource } = join(server.url, { jsonData: { linkBase } });
  const { data } = await lastValueFrom(
    datasource.query({
      requestId: 'Q1',
      app: CoreApp.Dashboard,
      interval: '10m',
      intervalMs: 600_000,
      range: rangeOf(begin, begin + hourMs),
      scopedVars: {},
      startTime: 0,
      timezone: 'utc',
      targets: [{ refId: 'A', types: ['incident_*'], allTags: ['env=prod', 'name=$a{b}'], ...target }],
    }),
  );
  const [frame] = data as DataFrame[];
  return (frame?.fields ?? []).map(({ name, config }) => [name, (config.links ?? []).map(({ url }) => url)]);
}

test.each<[PanelKind, string]>([
  ['table', 'id'],
  ['logs', 'id'],
  ['counts', 'Value'],
  ['spans', 'Value'],
  ['spanTable', 'id'],
  ['report', 'incidents'],
])('opens the events of %s, and no others', async (kind, linked) => {
  const links = await linksOf({ kind }, server.url);
  const address = links.find(([name]) => name === linked)?.[1].at(-1) ?? '';
  expect(address).toMatch(new RegExp(`^${server.url}/[a-z/]+\\?from=2026-01-10T00%3A00%3A00.000Z`));
  // Grafana replaces variables in addresses.
  expect(address).not.toMatch(/[${}]/);
  const { status, text: html } = await send(address, { accept: 'text/html' });
  expect([address, status]).toEqual([address, 200]);
  expect(html).not.toContain('unwanted-event');
  expect(html).toContain(kind === 'counts' || kind === 'spans' || kind === 'report' ? 'incident' : 'known');
});

test('has no link without an address for links, nor for a query that is too long for one', async () => {
  const none = (links: [string, string[]][]): number => links.flatMap(([, urls]) => urls).length;
  expect(none(await linksOf({ kind: 'counts' }, ''))).toBe(0);
  const types = Array.from({ length: 500 }, (_, i) => `incident_${i}`);
  expect(none(await linksOf({ kind: 'counts', types }, 'https://events.example'))).toBe(0);
});
