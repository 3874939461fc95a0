// Everything that the plugin asks for is let in with the token that Grafana adds, and changes nothing.

import { CoreApp } from '@grafana/data';
import { lastValueFrom } from 'rxjs';
import { type Served, serve } from '../../cli/dist/test/program';
import { temporaryFolder } from '../../testing/dist/src';
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

test.each(kinds)('a query of the kind %s', async (kind) => {
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

test('what editors, variables and filters choose from', async () => {
  const { catalog } = joined.datasource;
  expect(await catalog.types()).toEqual([]);
  expect(await catalog.tags('')).toEqual([]);
  expect(await catalog.tagKeys()).toEqual([]);
  expect(await catalog.tagValues('env')).toEqual([]);
  expect(await catalog.openIncidents()).toEqual([]);
  expect((await joined.datasource.testDatasource()).status).toBe('success');
});

test('the token goes with requests that read, and with no other', () => {
  expect(new Set(plugin.routes.map(({ method }) => method))).toEqual(new Set(['GET']));
  for (const { headers } of plugin.routes) {
    expect(headers).toEqual([
      {
        name: 'Authorization',
        content: '{{ if .SecureJsonData.token }}Bearer {{ .SecureJsonData.token }}{{ end }}',
      },
    ]);
  }
  const covered = (path: string): boolean => plugin.routes.some((route) => path.startsWith(route.path));
  expect(joined.proxy.asked.filter((path) => !covered(path))).toEqual(['health']);
});
