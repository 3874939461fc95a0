// POST /puppet/reports: an answer at once whatever comes, events a moment later, and nothing of a report kept but its event.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { until } from '@anthracite/testing';
import { start, type TestServer } from './start';

const fixtures = join(__dirname, '../../../puppet-reporter/test/fixtures');
const fixture = (file: string): Buffer => readFileSync(join(fixtures, file));

let server: TestServer;
beforeAll(async () => {
  server = await start();
});

function report(
  body: string | Uint8Array,
  query = '',
  headers: Record<string, string> = {},
): Promise<Response> {
  return server.fetch(`/puppet/reports${query}`, {
    method: 'POST',
    body: body as NonNullable<RequestInit['body']>,
    headers: { 'content-type': 'application/x-yaml', ...headers },
  });
}

async function lines(filter = ''): Promise<string[]> {
  const text = await (await server.fetch(`/events/raw?limit=all${filter}`)).text();
  return text.split('\n').filter((line) => line !== '');
}

async function counted(outcome: string): Promise<number> {
  const text = await (await server.fetch('/metrics')).text();
  return Number(
    new RegExp(`reports_total\\{tool="puppet",outcome="${outcome}"\\} (\\d+)`).exec(text)?.[1] ?? 0,
  );
}

test('a report becomes an event, with the options of the query; the same report again is the same event', async () => {
  for (let i = 0; i < 2; i++) {
    const answer = await report(
      fixture('22-agent-corrective.yaml'),
      '?tags=dc=ams&tags=team-web&max_resources=1',
    );
    expect([answer.status, await answer.json(), answer.headers.get('retry-after')]).toEqual([
      202,
      { status: 'accepted' },
      null,
    ]);
  }
  const json = await report(fixture('22-agent-corrective.json'), '?tags=dc=ams,team-web&max_resources=1', {
    'content-type': 'text/plain',
  });
  expect(json.status).toBe(202);
  await until(async () => (await counted('event')) === 3, 'all three are read');
  await until(async () => (await lines('&all=dc=ams')).length === 1, 'the event is stored');
  expect(await lines('&all=dc=ams')).toEqual([
    '1795331414.955 puppet;host=web01.example.com;env=production;version=production-4f2c9d1;role=role::web;status=changed;change=corrective;tool=puppet;dc=ams;team-web "web01.example.com production production-4f2c9d1: 3 changed (all corrective) in 1.7s: File[/var/lib/puppet-agent/target/webapp/app.conf] content, +2 more"',
  ]);
});

test('a run in which nothing happened is only counted', async () => {
  const before = await counted('unchanged');
  for (const file of [
    '21-agent-unchanged.yaml',
    'http/puppetserver-7.9.5.body.yaml',
    '30-agent-staging-no-config-version.json',
  ]) {
    expect((await report(fixture(file))).status).toBe(202);
  }
  await until(async () => (await counted('unchanged')) === before + 3, 'they are counted');
});

test.each([
  ['a page', '<html>hi</html>', 400, 'BODY_NOT_REPORT'],
  ['nothing', '', 400, 'BODY_NOT_REPORT'],
  ['a form', 'a=1&b=2', 400, 'BODY_NOT_REPORT'],
  ['an archive', Buffer.from([0x1f, 0x8b, 8, 0, 0]), 400, 'BODY_NOT_REPORT'],
  ['17 MB', Buffer.alloc(17 * 1_048_576, 'x'), 413, 'BODY_TOO_LARGE'],
])('%s is refused at once', async (_what, body, status, code) => {
  const answer = await report(body);
  expect([answer.status, await answer.json(), answer.headers.get('retry-after')]).toEqual([
    status,
    { code, error: expect.any(String) },
    null,
  ]);
});

test.each([
  ['?sned=changed', 'UNKNOWN_PARAMETER'],
  ['?send=everything', 'BAD_PARAMETER'],
  ['?max_length=9', 'BAD_PARAMETER'],
])('the query %s is told to be wrong', async (query, code) => {
  const answer = await report(fixture('02-unchanged.yaml'), query);
  expect([answer.status, ((await answer.json()) as { code: string }).code]).toEqual([400, code]);
});

test('a report that cannot be read is in the ledger with its reason, and without its text', async () => {
  expect((await report('--- {password: hunter2')).status).toBe(202);
  expect((await report('{"host": "hunter2"}')).status).toBe(202);
  const ledger = async () => (await server.json('/rejects')) as { readonly rejects: readonly unknown[] };
  await until(async () => (await ledger()).rejects.length === 2, 'both are in the ledger');
  const { rejects } = await ledger();
  expect(rejects).toMatchObject([
    { door: 'puppet', code: 'BAD_REPORT', line: '# report of Puppet, 19 bytes' },
    { door: 'puppet', code: 'BAD_REPORT', line: '# report of Puppet, 22 bytes' },
  ]);
  expect(JSON.stringify(rejects)).not.toContain('hunter2');
});

test('a page of another site may not report; nobody reads by this route', async () => {
  expect((await report(fixture('02-unchanged.yaml'), '', { origin: 'http://evil.example.com' })).status).toBe(
    403,
  );
  expect((await server.fetch('/puppet/reports')).status).toBe(405);
});

/** A changed report of 2 000 resources, made of the real one of 500. */
function bigReport(): Buffer {
  const text = gunzipSync(fixture('40-big500-changed.yaml.gz')).toString();
  const begin = text.indexOf('resource_statuses:\n') + 'resource_statuses:\n'.length;
  const end = text.indexOf('\ncorrective_change:') + 1;
  const files = text
    .slice(begin, end)
    .split(/^(?= {2}\S)/m)
    .filter((status) => status.startsWith('  File[/srv/puppet/target/big500'));
  const copies = [1, 2, 3].map((i) => files.join('').replaceAll('target/big500', `target/big50${i}`));
  return Buffer.from(text.slice(0, begin) + copies.join('') + text.slice(begin));
}

test('a changed report of 2 000 resources holds up no other request', async () => {
  const big = bigReport();
  expect(big.length).toBeGreaterThan(2_000_000);
  const before = await counted('event');
  expect((await report(big)).status).toBe(202);
  let answered = 0;
  while ((await counted('event')) === before) {
    expect((await server.fetch('/health')).status).toBe(200);
    answered++;
  }
  // It is read for a good deal longer than a request takes: others were answered meanwhile.
  expect(answered).toBeGreaterThan(2);
  await until(async () => (await lines()).some((line) => line.includes('2004 changed')), 'it is stored');
});

test('while the store fails reports are taken, and stored when it works again', async () => {
  const failing = await start();
  const { store } = failing.app;
  const append = store.append.bind(store);
  let fails = 0;
  store.append = (batch) => {
    if (fails++ < 2) return Promise.reject(new Error('the disk is full'));
    return append(batch);
  };
  const answer = await failing.fetch('/puppet/reports', {
    method: 'POST',
    body: fixture('06-failed.yaml') as NonNullable<RequestInit['body']>,
  });
  expect(answer.status).toBe(202);
  await until(
    async () => (await (await failing.fetch('/events/raw')).text()).includes('puppet_failed'),
    'it is stored',
  );
  expect(fails).toBeGreaterThan(2);
});

test('a server that stops stores first what it has taken', async () => {
  const stopping = await start();
  let stored = 0;
  const { store } = stopping.app;
  const append = store.append.bind(store);
  store.append = (batch) => {
    stored += batch.times.length;
    return append(batch);
  };
  const answers = ['03-changed.yaml', '06-failed.yaml', '40-big500-changed.yaml.gz'].map((file) => {
    const bytes = fixture(file);
    const body = file.endsWith('.gz') ? gunzipSync(bytes) : bytes;
    return stopping.fetch('/puppet/reports', {
      method: 'POST',
      body: body as NonNullable<RequestInit['body']>,
    });
  });
  for (const answer of await Promise.all(answers)) expect(answer.status).toBe(202);
  await stopping.stop();
  expect(stored).toBe(3);
});
