// Live log lines in Explore: each event as it is stored, across lost connections, from a real server.

import {
  CoreApp,
  type DataFrame,
  type DataQueryRequest,
  type DataQueryResponse,
  LoadingState,
} from '@grafana/data';
import type { Subscription } from 'rxjs';
import { type Served, serve } from '../../cli/dist/test/program';
import { temporaryFolder, until } from '../../testing/dist/src';
import type { AnthraciteQuery } from '../src/query/query';
import { type JoinedDatasource, join, rangeOf } from './datasource';
import * as http from './http';

let server: Served;
let joined: JoinedDatasource;
let followed: Subscription | undefined;
let last: DataQueryResponse | undefined;

beforeEach(async () => {
  server = await serve(`${temporaryFolder()}/events.db`);
  joined = join(server.url);
});
afterEach(() => {
  followed?.unsubscribe();
  last = undefined;
});

function follow(target: Partial<AnthraciteQuery> = {}): void {
  const request: DataQueryRequest<AnthraciteQuery> = {
    requestId: 'Q1',
    app: CoreApp.Explore,
    interval: '1m',
    intervalMs: 60_000,
    range: rangeOf(Date.now() - 3_600_000, Date.now()),
    scopedVars: {},
    startTime: 0,
    timezone: 'utc',
    liveStreaming: true,
    targets: [{ refId: 'A', kind: 'logs', ...target }],
  };
  followed = joined.datasource.query(request).subscribe((response) => {
    last = response;
  });
}

const lines = (): string[] => {
  const frame = last?.data[0] as DataFrame | undefined;
  return (frame?.fields.find(({ name }) => name === 'body')?.values ?? []) as string[];
};
const arrived = (...expected: string[]) =>
  until(() => JSON.stringify(lines()) === JSON.stringify(expected), `the lines are ${expected.join()}`, 20);
const send = (text: string) => server.send(`${Math.floor(Date.now() / 1_000)} ${text}\n`);
const streams = async (): Promise<string> =>
  /^anthracite_streams (\d+)$/m.exec((await http.send(`${server.url}/metrics`)).text)?.[1] ?? '?';

test('shows the events of the range, then each new one that matches, as lines that keep coming', async () => {
  await send('deploy_shop release 1');
  follow({ types: ['deploy_*'] });
  await arrived('deploy_shop: release 1');
  await send('deploy_blog release 2');
  await send('press a film');
  await arrived('deploy_blog: release 2', 'deploy_shop: release 1');
  expect(last).toMatchObject({ state: LoadingState.Streaming });
});

test('shows edited events as they are now, and no deleted ones', async () => {
  await send('deploy_shop release 1');
  await send('deploy_blog release 2');
  follow();
  await arrived('deploy_blog: release 2', 'deploy_shop: release 1');
  await http.send(`${server.url}/events/1`, { method: 'PATCH', json: { description: 'release 1b' } });
  await http.send(`${server.url}/events/2`, { method: 'DELETE' });
  await arrived('deploy_shop: release 1b');
});

test('keeps the newest lines only, up to the limit', async () => {
  follow({ limit: 2 });
  await arrived();
  for (const release of [1, 2, 3]) await send(`deploy_${release} x`);
  await arrived('deploy_3: x', 'deploy_2: x');
});

test('continues after a lost connection with the events that were stored meanwhile', async () => {
  follow();
  await until(() => last !== undefined, 'the stream is open');
  await send('deploy_shop release 1');
  await arrived('deploy_shop: release 1');
  joined.proxy.cut();
  await send('deploy_shop release 2');
  await arrived('deploy_shop: release 2', 'deploy_shop: release 1');
  const [first, second] = joined.proxy.sentHeaders;
  expect(first).not.toHaveProperty('Last-Event-ID');
  expect(second?.['Last-Event-ID']).toMatch(/^\d+\.\d+$/);
  // The list was loaded once.
  expect(joined.proxy.asked.filter((path) => path.startsWith('events/timeline'))).toHaveLength(1);
});

test('ends the stream at the server when the view is closed', async () => {
  follow();
  await until(() => last !== undefined, 'the stream is open');
  expect(await streams()).toBe('1');
  followed?.unsubscribe();
  await until(async () => (await streams()) === '0', 'the stream has ended');
});

test('shows groups once, as they grow', async () => {
  follow({ groupBy: 'version' });
  await until(() => last !== undefined, 'the stream is open');
  await send('deploy_shop;version=1;host=web1 release 1');
  await send('deploy_shop;version=1;host=web2 release 1');
  await arrived('deploy_shop: release 1');
});

test('shows why a query cannot be followed', async () => {
  follow({ groupBy: 'a=b' });
  await until(() => last !== undefined, 'the answer is there');
  expect(last).toMatchObject({ state: LoadingState.Error, errors: [{ refId: 'A' }] });
  expect(last?.errors?.[0]?.message).toContain('a tag');
});

test('shows when the server is away', async () => {
  joined = join('http://127.0.0.1:1');
  follow();
  await until(() => last !== undefined, 'the answer is there');
  expect(last?.state).toBe(LoadingState.Error);
});

test('does not follow queries without log lines', async () => {
  await send('deploy_shop release 1');
  follow({ kind: 'counts' });
  await until(() => last !== undefined, 'the answer is there');
  expect(last?.state).not.toBe(LoadingState.Streaming);
});
