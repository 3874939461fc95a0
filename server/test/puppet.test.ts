// POST /puppet/reports: answers at once, stores the events a moment later, and keeps nothing of a report except its event.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { temporaryFolder, until } from '@anthracite/testing';
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

test('turns a report into an event with the options of the query, and the same report again into the same event', async () => {
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
    '1795331414.955 puppet;host=web01.example.com;env=production;version=production-4f2c9d1;role=role::web;status=changed;change=corrective;tool=puppet;dc=ams;team-web "web01.example.com: 3 changed (all corrective): File[/var/lib/puppet-agent/target/webapp/app.conf]...\\nproduction production-4f2c9d1 in 1.7s\\nFile[/var/lib/puppet-agent/target/webapp/app.conf] content\\n+2 more"',
  ]);
});

test('only counts a run without changes', async () => {
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

test('starts a span for a failed run, folds the same failure again, and ends it with an unchanged run', async () => {
  const own = await start();
  const send = (file: string, minutes: number, host = 'web09.example.com') => {
    const text = fixture(file).toString().replaceAll('web01.example.com', host);
    // The same run, at another time.
    const later = text.replace(/2026-11-2\dT0[0-9]:\d\d/g, `2026-11-24T10:${minutes}`);
    return own.fetch('/puppet/reports', {
      method: 'POST',
      headers: { 'content-type': 'application/x-yaml' },
      body: later,
    });
  };
  const metrics = async () => (await own.fetch('/metrics')).text();
  expect((await send('06-failed.yaml', 10)).status).toBe(202);
  await until(async () => (await metrics()).includes('outcome="event"} 1'), 'the failure is stored');
  expect((await send('06-failed.yaml', 40)).status).toBe(202);
  await until(async () => (await metrics()).includes('outcome="folded"} 1'), 'the repeat is folded');
  expect((await send('02-unchanged.yaml', 55)).status).toBe(202);
  const spans = async () =>
    ((await own.json('/spans?from=0')) as { readonly spans: readonly object[] }).spans;
  await until(async () => JSON.stringify(await spans()).includes('"isOpen":false'), 'the span has ended');
  expect(await spans()).toMatchObject([
    {
      type: 'puppet_failed',
      key: 'web09.example.com',
      scale: 'other',
      problems: [],
      marks: [{ type: 'puppet_failed_start' }, { type: 'puppet_failed_end' }],
    },
  ]);
  const text = await (await own.fetch('/events/raw')).text();
  expect(text).toMatch(
    /^\S+ puppet_failed_start;.*;failure=[0-9a-f]{8};span=web09\.example\.com;tool=puppet /m,
  );
  expect(text).toMatch(
    /^\S+ puppet_failed_end;.*status=unchanged;span=.* "web09\.example\.com: recovered after 2 failed runs in /m,
  );
});

test('recognizes a failure from before a restart: folds it and reports its end', async () => {
  const file = join(temporaryFolder(), 'anthracite.db');
  const failing = (minute: number) =>
    JSON.stringify({
      ...(JSON.parse(fixture('06-failed.json').toString()) as object),
      time: new Date(Date.now() - (60 - minute) * 60_000).toISOString(),
    }).replaceAll(
      /2026-11-22T\d\d:\d\d:\d\d/g,
      new Date(Date.now() - (60 - minute) * 60_000).toISOString().slice(0, 19),
    );
  const send = async (one: TestServer, body: string): Promise<void> => {
    const answer = await one.fetch('/puppet/reports', { method: 'POST', body });
    expect(answer.status).toBe(202);
  };
  const before = await start({ database: file });
  await send(before, failing(0));
  await until(async () => (await (await before.fetch('/events/raw')).text()) !== '', 'it is stored');
  await before.stop();
  const after = await start({ database: file });
  await send(after, failing(30));
  await until(
    async () => (await (await after.fetch('/metrics')).text()).includes('outcome="folded"} 1'),
    'it is folded',
  );
  const good = new Date(Date.now() - 10 * 60_000).toISOString();
  await send(
    after,
    fixture('02-unchanged.yaml')
      .toString()
      .replace(/^time: .*$/m, `time: '${good}'`),
  );
  await until(
    async () => (await (await after.fetch('/events/raw')).text()).includes('puppet_failed_end'),
    'the recovery is stored',
  );
});

test.each([
  ['a page', '<html>hi</html>', 400, 'BODY_NOT_REPORT'],
  ['nothing', '', 400, 'BODY_NOT_REPORT'],
  ['a form', 'a=1&b=2', 400, 'BODY_NOT_REPORT'],
  ['an archive', Buffer.from([0x1f, 0x8b, 8, 0, 0]), 400, 'BODY_NOT_REPORT'],
  ['17 MB', Buffer.alloc(17 * 1_048_576, 'x'), 413, 'BODY_TOO_LARGE'],
])('refuses %s at once', async (_what, body, status, code) => {
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
])('refuses the query %s', async (query, code) => {
  const answer = await report(fixture('02-unchanged.yaml'), query);
  expect([answer.status, ((await answer.json()) as { code: string }).code]).toEqual([400, code]);
});

test('keeps an unreadable report as a rejected line with its host and reason, without its text', async () => {
  expect((await report('--- {password: hunter2')).status).toBe(202);
  expect(
    (await report('--- !ruby/object:Puppet::Transaction::Report\nhost: web01\n\tpassword: hunter2')).status,
  ).toBe(202);
  expect((await report('{"host": "db01", "password": "hunter2"}')).status).toBe(202);
  const ledger = async () =>
    ((await server.json('/rejects')) as { rejects: { code: string }[] }).rejects.filter(
      ({ code }) => code === 'BAD_REPORT',
    );
  await until(async () => (await ledger()).length === 3, 'all are rejected lines');
  const rejects = await ledger();
  expect(rejects).toMatchObject([
    { door: 'puppet', line: '# report of Puppet, host db01, 39 bytes' },
    { door: 'puppet', line: '# report of Puppet, host web01, 75 bytes' },
    { door: 'puppet', line: '# report of Puppet, 22 bytes' },
  ]);
  expect(JSON.stringify(rejects)).not.toContain('hunter2');
  await until(
    async () => (await counted('unreadable')) >= 3,
    'they are counted by the word that Chef uses, too',
  );
});

test('keeps a report that is too large as a rejected line with its host', async () => {
  const large = Buffer.alloc(17 * 1_048_576, ' ');
  large.write('--- !ruby/object:Puppet::Transaction::Report\nhost: large.example.com\n');
  expect((await report(large)).status).toBe(413);
  await until(
    async () =>
      JSON.stringify(await server.json('/rejects')).includes('host large.example.com, 17825792 bytes'),
    'it is a rejected line',
  );
});

test('refuses a page of another site and any reading', async () => {
  expect((await report(fixture('02-unchanged.yaml'), '', { origin: 'http://evil.example.com' })).status).toBe(
    403,
  );
  expect((await server.fetch('/puppet/reports')).status).toBe(405);
});

/** A changed report of 2000 resources, made of the real one of 500. */
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

test('delays no other request while it reads a changed report of 2000 resources', async () => {
  const big = bigReport();
  expect(big.length).toBeGreaterThan(2_000_000);
  const before = await counted('event');
  expect((await report(big)).status).toBe(202);
  let answered = 0;
  while ((await counted('event')) === before) {
    expect((await server.fetch('/health')).status).toBe(200);
    answered++;
  }
  // Reading takes much longer than a request, and others were answered meanwhile.
  expect(answered).toBeGreaterThan(2);
  await until(async () => (await lines()).some((line) => line.includes('2004 changed')), 'it is stored');
});

test('accepts reports while the store fails and stores them when it works again', async () => {
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

test('stores accepted reports before the server ends, or at the next start', async () => {
  const stopping = await start({ 'drain-ms': '60000' });
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
  // A change, a failure, and a good run with a change that ends the failure.
  const again = await start({ database: stopping.database, ...stopping.reports });
  await until(
    async () => (await (await again.fetch('/events/raw?limit=all')).text()).split('\n').length === 5,
    'all four are stored',
  );
});
