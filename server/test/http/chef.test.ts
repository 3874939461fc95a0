// The data collector API for Chef: each message is answered at once, and a run is one event, however often it is sent.

import { once } from 'node:events';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { join } from 'node:path';
import { until } from '@anthracite/testing';
import { start, type TestServer } from '../start';

const test_ = join(__dirname, '../../../../chef-handler/test');
const read = (name: string): string => readFileSync(join(test_, `fixtures/${name}.json`), 'utf8');
const changed = read('changed.2.run_converge');
const runStart = read('changed.1.run_start');
const path = '/chef/data-collector';
const asJson = { 'content-type': 'application/json' };

/** A run of a node with the given number of bytes of attributes. */
function bigRun(node: string, bytes: number): string {
  const message = JSON.parse(changed);
  message.node_name = node;
  message.node.automatic.filler = 'x'.repeat(bytes);
  return JSON.stringify(message);
}

const post = (server: TestServer, body: string, query = '', headers: Record<string, string> = asJson) =>
  server.fetch(path + query, { method: 'POST', body, headers });

async function metric(server: TestServer, name: string): Promise<number> {
  const text = await (await server.fetch('/metrics')).text();
  const line = text.split('\n').find((one) => one.startsWith(`anthracite_${name} `));
  return Number(line?.split(' ')[1] ?? 0);
}

const lines = async (server: TestServer): Promise<string[]> =>
  (await (await server.fetch('/events/raw?limit=all')).text()).split('\n').filter((line) => line !== '');

test('turns every message of the fixtures into its golden event and treats a repeated one as a duplicate', async () => {
  const server = await start();
  const golden = (
    JSON.parse(readFileSync(join(test_, 'golden/events.json'), 'utf8')) as {
      message: string;
      options: object;
      line: string | null;
      run: { host: string; failure: string | null } | null;
    }[]
  ).filter(({ options }) => Object.keys(options).length === 0);
  expect(golden).toHaveLength(readdirSync(join(test_, 'fixtures')).length);
  // Each run is of a different node, which fails for the first time.
  const nodeOf = (i: number): string => `web${10 + i}`;
  const expected = golden.flatMap(({ line, run }, i) => {
    if (line === null) return [];
    const own = line.replaceAll('web01', nodeOf(i));
    const host = run?.host.replaceAll('web01', nodeOf(i)).replace(/[\s\0-\x1f]+/g, '_');
    if (!run?.failure) return [own];
    return [
      own
        .replace(' chef_failed;', ' chef_failed_start;')
        .replace(';tool=chef', `;failure=${run.failure};span=${host};tool=chef`),
    ];
  });
  for (let round = 0; round < 2; round++) {
    for (const [i, { message }] of golden.entries()) {
      const body = read(message).toString().replaceAll('web01', nodeOf(i));
      expect((await post(server, body)).status).toBe(202);
    }
  }
  // A repeated failure is folded before it is stored.
  const changes = expected.filter((line) => !line.includes(' chef_failed_start;'));
  await until(
    async () => (await metric(server, 'events_duplicate_total{door="chef"}')) === changes.length,
    'all were sent twice',
  );
  await until(async () => (await lines(server)).length === expected.length, 'all are stored');
  expect((await lines(server)).sort()).toEqual(expected.sort());
});

test('recognizes a run whose times have a fraction or an offset as the same event', async () => {
  const server = await start();
  expect((await post(server, changed)).status).toBe(202);
  const written = (time: string): string => changed.replace(/(?<=T\d\d:\d\d:\d\d)Z/g, time);
  for (const zone of ['.000Z', '.999Z', '+00:00', '.123456+0000']) {
    expect((await post(server, written(zone))).status).toBe(202);
  }
  await until(
    async () => (await metric(server, 'events_duplicate_total{door="chef"}')) === 4,
    'all are known',
  );
  expect(await lines(server)).toHaveLength(1);
});

test('accepts a message that is not about a run, and keeps an unreadable one as a rejected line without its text', async () => {
  const server = await start();
  const others = [
    '{"type": "inspec_report", "profiles": []}',
    '{"message_type": "action", "user": "jo"}',
    '{}',
  ];
  for (const body of [...others, runStart]) {
    const response = await post(server, body);
    expect([response.status, await response.json()]).toEqual([202, { status: 'accepted' }]);
  }
  const unreadable = ['', 'null', '[]', '<html>s3cret</html>', '{"message_type": "run_converge"}', '{"a'];
  for (const body of unreadable) expect((await post(server, body)).status).toBe(202);
  expect((await post(server, changed, '', {})).status).toBe(202);
  expect((await post(server, changed, '', { 'content-type': 'text/plain' })).status).toBe(202);
  await until(async () => (await metric(server, 'rejects')) === unreadable.length, 'all are rejected lines');
  const ledger = (await server.json('/rejects')) as {
    rejects: { code: string; line: string; door: string }[];
  };
  for (const { code, line, door } of ledger.rejects) {
    expect({ code, door }).toEqual({ code: 'BAD_REPORT', door: 'chef' });
    expect(line).toMatch(/^# message of Chef, \d+ bytes$/);
  }
  expect(await metric(server, 'reports_total{tool="chef",outcome="other"}')).toBe(others.length);
  expect(await metric(server, 'reports_total{tool="chef",outcome="run_start"}')).toBe(1);
});

test('reads options from the query and refuses a wrong one', async () => {
  const server = await start();
  await post(
    server,
    changed,
    '?tags=dc=ams,blue&ignore_resources=file,directory,webapp_vhost&max_resources=1',
  );
  await until(async () => (await lines(server)).length === 1, 'it is stored');
  expect((await lines(server))[0]).toMatch(
    /;tool=chef;dc=ams;blue ".*: 2 changed: execute\[curl \.\.\.\] run, \+1 more\\n.* in <1s\\nexecute\[curl \.\.\.\] run\\n\+1 more"$/,
  );
  for (const [query, code] of [
    ['?tag=x', 'UNKNOWN_PARAMETER'],
    ['?send=everything', 'BAD_PARAMETER'],
    ['?max_length=1', 'BAD_PARAMETER'],
  ] as const) {
    const response = await post(server, runStart, query);
    expect([response.status, await response.json()]).toEqual([400, expect.objectContaining({ code })]);
  }
});

test("accepts a token in Chef's header and answers a request without one before its body", async () => {
  const secret = 'chef-nodes-may-write-0001';
  const server = await start({}, Date.now, { ANTHRACITE_TOKENS: `nodes:write:${secret}` });
  const withToken = { ...asJson, 'x-data-collector-token': secret, 'x-data-collector-auth': 'version=1.0' };
  expect((await post(server, changed, '', withToken)).status).toBe(202);
  expect((await post(server, changed, '', { ...asJson, 'x-data-collector-token': 'wrong' })).status).toBe(
    401,
  );
  const socket = connect(Number(new URL(server.url).port), '127.0.0.1');
  socket.write(`POST ${path} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000000\r\n\r\n{"mess`);
  const [answer] = (await once(socket, 'data')) as [Buffer];
  expect(answer.toString()).toMatch(/^HTTP\/1\.1 401 /);
  socket.destroy();
});

test('reads a large message in a thread and refuses one above the limit', async () => {
  const server = await start({ 'max-chef-message-bytes': '6000000' });
  expect((await post(server, bigRun('big', 5_000_000))).status).toBe(202);
  await until(async () => (await lines(server)).length === 1, 'it is stored');
  const refused = await post(server, bigRun('bigger', 6_000_000));
  expect([refused.status, await refused.json()]).toEqual([
    413,
    { error: expect.stringContaining('larger than 6000000 bytes'), code: 'BODY_TOO_LARGE' },
  ]);
  expect((await post(server, `{"a":${'['.repeat(100_000)}`)).status).toBe(202);
  await until(async () => (await metric(server, 'rejects')) === 2, 'both are reported');
  const { rejects } = (await server.json('/rejects')) as { rejects: readonly { code: string }[] };
  expect(rejects.map(({ code }) => code)).toEqual(['BAD_REPORT', 'REPORT_REFUSED']);
});

test('answers starts of runs and loses no run while large messages and lines arrive', async () => {
  const server = await start();
  const pour = Array.from({ length: 2_000 }, (_, i) => `${1_500_000_000 + i} flood event ${i}\n`).join('');
  const lineSenders = Array.from({ length: 20 }, () => server.send(pour));
  const runs = Array.from({ length: 40 }, (_, i) => post(server, bigRun(`node${i}`, 2_000_000)));
  for (let i = 0; i < 50; i++) expect((await post(server, runStart)).status).toBe(202);
  for (const response of await Promise.all(runs)) expect(response.status).toBe(202);
  await Promise.all(lineSenders);
  await until(
    async () => (await metric(server, 'events_stored_total{door="chef"}')) === runs.length,
    'all runs are stored',
  );
});

test('stores accepted messages before the server ends, or at the next start', async () => {
  const server = await start();
  for (let i = 0; i < 10; i++) await post(server, bigRun(`node${i}`, 1_000_000));
  await server.stop();
  const again = await start({ database: server.database, ...server.reports });
  await until(async () => (await metric(again, 'events')) === 10, 'all are stored');
});

describe('forwarding of messages to another collector', () => {
  interface Passed {
    readonly headers: IncomingHttpHeaders;
    readonly body: string;
  }

  const collectors: Server[] = [];
  afterEach(() => {
    for (const other of collectors.splice(0)) other.close().closeAllConnections();
  });

  async function collector(answer: () => number) {
    const passed: Passed[] = [];
    const other = createServer(async (request, response) => {
      const pieces: Buffer[] = [];
      for await (const piece of request) pieces.push(piece as Buffer);
      passed.push({ headers: request.headers, body: Buffer.concat(pieces).toString() });
      const status = answer();
      if (status !== 0) response.writeHead(status).end();
    }).listen(0, '127.0.0.1');
    collectors.push(other);
    await once(other, 'listening');
    const url = `http://127.0.0.1:${(other.address() as AddressInfo).port}/data-collector/v0/`;
    return { url, passed };
  }

  test("forwards them unchanged, in order, with the collector's token and never with the server's", async () => {
    const { url, passed } = await collector(() => 200);
    const tokenFile = join((await start()).folder, 'automate-token');
    writeFileSync(tokenFile, 'automate-t0ken\n');
    const server = await start({ 'chef-forward-url': url, 'chef-forward-token-file': tokenFile });
    const headers = {
      ...asJson,
      'x-data-collector-token': 'ours',
      'x-remote-request-id': 'run-1',
      'x-chef-version': '18',
    };
    for (const body of [runStart, changed]) await post(server, body, '', headers);
    await until(() => passed.length === 2, 'both were passed on');
    expect(passed.map(({ body }) => body)).toEqual([runStart, changed]);
    for (const one of passed) {
      expect(one.headers).toMatchObject({
        'x-data-collector-token': 'automate-t0ken',
        'x-data-collector-auth': 'version=1.0',
        'x-remote-request-id': 'run-1',
        'x-chef-version': '18',
        'content-type': 'application/json',
      });
      expect(JSON.stringify(one.headers)).not.toContain('ours');
    }
  });

  test('forwards them again after a failure; a collector that hangs or is away delays nobody', async () => {
    let failures = 2;
    const failing = await collector(() => (failures-- > 0 ? 500 : 200));
    const server = await start({ 'chef-forward-url': failing.url });
    await post(server, runStart);
    await until(() => failing.passed.length === 3, 'it was tried until it went well');
    await until(
      async () => (await metric(server, 'reports_total{tool="chef",outcome="forwarded"}')) === 1,
      'it was counted',
    );

    const hanging = await collector(() => 0);
    const patient = await start({ 'chef-forward-url': hanging.url, 'drain-ms': '200' });
    for (let i = 0; i < 20; i++) expect((await post(patient, changed)).status).toBe(202);
    await until(async () => (await lines(patient)).length === 1, 'the event is stored');
    await patient.stop();
  });
});
