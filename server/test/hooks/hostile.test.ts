// Bodies and senders that mean no good: a clear answer each, and nothing stored that could do harm.

import { createHmac } from 'node:crypto';
import { until } from '@anthracite/testing';
import { fixturesOf, send } from './fixtures';
import { type HookServer, now, startWithHooks, writer } from './hook-server';

const secret = 'anthracite-fixture-secret';
let hooks: HookServer;
beforeAll(async () => {
  hooks = await startWithHooks(undefined, { settings: { 'max-hook-bytes': '3000000' } });
});

async function post(path: string, body: string | Buffer, headers: Readonly<Record<string, string>> = {}) {
  return send(
    hooks.server.url,
    { method: 'POST', path, headers: [], body: Buffer.from(body) },
    { authorization: `Bearer ${writer}`, ...headers },
  );
}

const alert = (labels: string): string =>
  `{"alerts":[{"status":"firing","labels":${labels},"annotations":{"summary":"x \\ud800 y"},"startsAt":"2026-11-24T10:00:00Z","fingerprint":"f${labels.length}"}]}`;

test.each([
  ['10,000 nested lists', '['.repeat(10_000) + ']'.repeat(10_000), 400, /nested deeper/],
  ['100,000 nested objects', '{"a":'.repeat(100_000), 400, /nested deeper/],
  ['no JSON', 'alerts=1', 400, /not JSON/],
  ['nothing', '', 400, /empty/],
  ['bytes that are not UTF-8', Buffer.from([0x22, 0xff, 0x22]), 400, /UTF-8/],
  ['a body of 4 MB', `"${'x'.repeat(4_000_000)}"`, 413, /larger than 3000000 bytes/],
  [
    'a number beyond all numbers',
    '{"alerts": [{"startsAt": 1e400, "labels": {"alertname": "Big"}}]}',
    200,
    /"stored":1/,
  ],
  ['a text', '"alerts"', 200, /has no list/],
  ['a list', '[1e400]', 200, /has no list/],
  ['half of a surrogate pair', alert('{"alertname":"half \\ud800"}'), 200, /"stored":1/],
  ['keys of prototypes', alert('{"__proto__":"x","constructor":"y","alertname":"proto"}'), 200, /"stored":1/],
  ['an alert that is not an object', '{"alerts":[null, 5]}', 200, /2 alerts are not JSON objects/],
])('answers %s', async (_name, body, status, told) => {
  const answer = await post('/hooks/alertmanager', body);
  expect([answer.status, answer.text]).toEqual([status, expect.stringMatching(told)]);
});

test('stores text of hostile deliveries without surrogates, controls and secrets', async () => {
  const labels = {
    alertname: 'Bad\u001b[31m\u202ename_start',
    password: 'x',
    env: 'a b;c=d',
    text: 'token=abcdefgh12345',
  };
  const body = {
    alerts: [
      {
        status: 'firing',
        labels,
        annotations: { summary: 'curl -u me:secret-word https://u:pass@host/ \u0000' },
      },
    ],
  };
  await post('/hooks/alertmanager', JSON.stringify(body));
  const text = JSON.stringify(await hooks.events());
  expect(text).toContain('alert_Badname-start_start');
  expect(text).not.toMatch(/secret-word|abcdefgh12345|\\u001b|\\u202e|\\ud800/);
});

test('reads a large body in another thread, and answers the health check meanwhile', async () => {
  const many = Array.from({ length: 4_000 }, (_, i) => ({
    ...{ status: 'firing', startsAt: '2026-11-24T10:00:00Z', fingerprint: `large${i}` },
    labels: { alertname: 'Many', instance: `host${i}.example`, job: 'node', severity: 'warning' },
  }));
  const body = JSON.stringify({ alerts: many });
  expect(body.length).toBeGreaterThan(500_000);
  const [answer, health] = await Promise.all([
    post('/hooks/alertmanager', body),
    hooks.server.fetch('/health').then((response) => response.status),
  ]);
  expect([answer.status, answer.json['stored'], health]).toEqual([200, 4_000, 200]);
});

test('checks a signature before it parses a large body', async () => {
  const body = JSON.stringify({ zen: 'x'.repeat(100_000) });
  const sign = (key: string): string => `sha256=${createHmac('sha256', key).update(body).digest('hex')}`;
  const headers = { 'x-github-event': 'deployment_status' };
  expect(
    (await post('/hooks/github', body, { ...headers, 'x-hub-signature-256': sign('another') })).status,
  ).toBe(401);
  const known = await post('/hooks/github', body, { ...headers, 'x-hub-signature-256': sign(secret) });
  expect([known.status, known.json['problems']]).toEqual([200, []]);
});

test.each([
  ['sha1 alone', { 'x-hub-signature': 'sha1=0000' }],
  ['no signature', {}],
  ['an empty signature', { 'x-hub-signature-256': '' }],
  ['a token instead of a signature', { authorization: `Bearer ${writer}` }],
])('refuses a signed hook with %s', async (_name, headers) => {
  const answer = await post('/hooks/github', '{}', { 'x-github-event': 'ping', ...headers });
  expect([answer.status, answer.json['code']]).toEqual([401, 'SIGNATURE_WRONG']);
});

test('refuses a signed time that is more than five minutes away', async () => {
  const body = '{"alerts":[]}';
  const answers = [0, 299, -299, 301, -301].map(async (seconds) => {
    const timestamp = String(now / 1_000 + seconds);
    const signature = createHmac('sha256', secret).update(`${timestamp}:${body}`).digest('hex');
    const headers = { 'x-grafana-alerting-signature': signature, 'x-grafana-alerting-timestamp': timestamp };
    return (await post('/hooks/grafana', body, headers)).status;
  });
  expect(await Promise.all(answers)).toEqual([200, 200, 200, 401, 401]);
});

test('records what was not understood, without its text', async () => {
  await post('/hooks/kubernetes', '{"password": "a-secret-in-the-body"}');
  await until(async () => JSON.stringify(await hooks.ask('/rejects')).includes('kubernetes'), 'the record');
  const rejects = (await hooks.ask('/rejects'))['rejects'] as Readonly<Record<string, unknown>>[];
  expect(rejects.find(({ line }) => String(line).includes('kubernetes'))).toMatchObject({
    ...{ door: 'hooks', code: 'HOOK_PROBLEM', line: '# delivery to the hook kubernetes, 36 bytes' },
    error: expect.stringContaining('no "reason"'),
  });
  expect(JSON.stringify(rejects)).not.toContain('a-secret-in-the-body');
  const metrics = await hooks.server.fetch('/metrics', {
    headers: { authorization: 'Bearer the-long-secret-of-an-administrator' },
  });
  expect(await metrics.text()).toContain('anthracite_hooks_total{hook="kubernetes",outcome="problem"} 1');
});

test('says what is wrong with the address', async () => {
  expect((await post('/hooks/nobody', '{}')).json).toMatchObject({ code: 'HOOK_NOT_FOUND' });
  expect((await post('/hooks/jenkins?deploys=x', '{}')).json).toMatchObject({
    error: expect.stringContaining('deploy'),
  });
  const get = await hooks.server.fetch('/hooks/github');
  expect([get.status, get.headers.get('allow')]).toEqual([405, 'OPTIONS, POST, PUT']);
  const options = await hooks.server.fetch('/hooks/cloudevents', {
    method: 'OPTIONS',
    headers: { 'webhook-request-origin': 'events.example' },
  });
  expect([
    options.status,
    options.headers.get('allow'),
    options.headers.get('webhook-allowed-origin'),
  ]).toEqual([...[200, 'POST, PUT', 'events.example']]);
  const foreign = await post('/hooks/cloudevents', 'x', { 'content-type': 'application/cloudevents+avro' });
  expect(foreign.status).toBe(415);
});

const captured = [
  'ansible-datadog-event',
  'ansible-pagerduty-change',
  'cdevents',
  'cloudevents',
  'datadog',
  'honeycomb',
  'pagerduty',
];
test.each(captured)('takes what real clients sent: %s', async (source) => {
  const own = await startWithHooks(undefined, { secret: '0123456789abcdef0123456789abcdef' });
  for (const fixture of fixturesOf(`captured-hooks/${source}`)) {
    const path = fixture.path === '/batch' ? '/hooks/cloudevents' : fixture.path;
    const headers = { authorization: `Bearer ${writer}`, 'dd-api-key': writer };
    const { status, json } = await send(own.server.url, { ...fixture, path }, headers);
    const isEmpty = fixture.method === 'POST' && fixture.body.length === 0;
    expect([fixture.name, status, json['problems'] ?? []]).toEqual([
      fixture.name,
      isEmpty
        ? 400
        : ({ datadog: 202, 'ansible-datadog-event': 202, pagerduty: 202, 'ansible-pagerduty-change': 202 }[
            source
          ] ?? expect.anything()),
      [],
    ]);
  }
  const events = await own.events();
  expect(events.length).toBeGreaterThan(0);
});
