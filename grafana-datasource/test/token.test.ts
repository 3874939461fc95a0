// Every request of the plugin works with the token that Grafana adds, and changes nothing.

import { CoreApp } from '@grafana/data';
import { lastValueFrom } from 'rxjs';
import { type Served, serve } from '../../cli/dist/test/program';
import { temporaryFolder } from '../../testing/dist/src';
import type { PluginRoute } from '../harness/datasource-proxy';
import plugin from '../src/plugin.json';
import type { QueryKind } from '../src/query/query';
import { type JoinedDatasource, join, rangeOf } from './datasource';

const kinds: readonly QueryKind[] = [
  'annotation',
  'counts',
  'logs',
  'marks',
  'report',
  'spanTable',
  'spans',
  'table',
];

let server: Served;
let joined: JoinedDatasource;
beforeAll(async () => {
  const token = 'r'.repeat(20);
  const env = { ANTHRACITE_TOKENS: `grafana:read:${token}` };
  server = await serve(`${temporaryFolder()}/events.db`, [], { env });
  joined = join(server.url, { token });
});

test.each(kinds)('sends the token with a query of the kind %s', async (kind) => {
  const answer = await lastValueFrom(
    joined.datasource.query({
      requestId: 'Q1',
      app: CoreApp.Dashboard,
      interval: '1m',
      intervalMs: 60_000,
      range: rangeOf(1_700_000_000_000, 1_700_003_600_000),
      scopedVars: {},
      startTime: 0,
      timezone: 'utc',
      targets: [{ refId: 'A', kind }],
    }),
  );
  expect(answer.errors).toBeUndefined();
  // A failure of an annotation is a mark.
  if (kind === 'annotation') expect(answer.data[0]).toMatchObject({ length: 0 });
});

test('sends the token for the options of editors, variables and filters', async () => {
  const { catalog } = joined.datasource;
  expect(await catalog.types()).toEqual([]);
  expect(await catalog.tags('')).toEqual([]);
  expect(await catalog.tagKeys()).toEqual([]);
  expect(await catalog.tagValues('env')).toEqual([]);
  expect(await catalog.openIncidents()).toEqual([]);
  expect((await joined.datasource.testDatasource()).status).toBe('success');
});

test('sends the token with reading requests only', () => {
  // A query with many values is posted. No route for such a POST changes anything, whatever the token allows.
  const open = (plugin.routes as PluginRoute[]).filter(({ reqRole }) => reqRole === undefined);
  const posted = open.filter(({ method }) => method !== 'GET');
  expect(posted.map(({ method, path }) => `${method} ${path}`)).toEqual([
    'POST events/timeline',
    'POST events/counts',
    'POST report',
  ]);
  for (const { headers } of open) {
    expect(headers).toEqual([
      {
        name: 'Authorization',
        content: '{{ if .SecureJsonData.token }}Bearer {{ .SecureJsonData.token }}{{ end }}',
      },
    ]);
  }
  const covered = (path: string): boolean => open.some((route) => path.startsWith(route.path));
  expect(joined.proxy.asked.filter((path) => !covered(path))).toEqual(['health']);
});
