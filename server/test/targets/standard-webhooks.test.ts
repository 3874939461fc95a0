// Sends events as Standard Webhooks to a real receiver, which verifies them with the library of that specification.

import { until } from '@anthracite/testing';
import { Webhook } from 'standardwebhooks';
import { bodiesOf, receive, startSending, targetsOf } from './receiver';

const [secret, older] = ['a', 'b'].map(
  (letter) => `whsec_${Buffer.from(letter.repeat(32)).toString('base64')}`,
) as [string, string];

test('sends events that the library of Standard Webhooks verifies with either secret', async () => {
  const receiver = await receive();
  const server = await startSending(
    `send:\n  - { url: "${receiver.url}/secret-path", secret-file: <secret> }\n`,
    {
      files: { secret: `${secret}\n${older}\n` },
      settings: { 'public-url': 'https://events.example.com' },
    },
  );
  await server.send('1467844481 deploy_shop;env=prod release 42\n');
  await until(() => receiver.received.length === 1, 'the event arrives');
  const [{ headers, body, path } = { headers: {}, body: '', path: '' }] = receiver.received;
  expect(path).toBe('/secret-path');
  expect(headers).toMatchObject({ 'content-type': 'application/json', 'webhook-id': 'evt_1' });
  for (const one of [secret, older]) {
    expect(new Webhook(one).verify(body, headers as Record<string, string>)).toEqual({
      type: 'event.stored',
      timestamp: '2016-07-06T22:34:41.000Z',
      data: {
        id: 1,
        time: 1467844481000,
        type: 'deploy_shop',
        tags: ['env=prod'],
        description: 'release 42',
        url: 'https://events.example.com/events/1',
      },
    });
  }
  const changed = { ...(headers as Record<string, string>), 'webhook-id': 'evt_2' };
  expect(() => new Webhook(secret).verify(body, changed)).toThrow('No matching signature found');
});

test('sends only selected events, in order, and never events that came from the target', async () => {
  const receiver = await receive();
  const server = await startSending(
    `send:\n  - { name: peer, url: "${receiver.url}", type: ["deploy_*", "!deploy_test"], none: ["env=test"], q: "release" }\n`,
  );
  await server.send('1 deploy_a release 1\n2 deploy_test release 2\n3 deploy_b;env=test release 3\n');
  await server.send(
    '4 deploy_b;tool=peer release 4\n5 puppet release 5\n6 deploy_b revert 6\n7 deploy_b release 7\n',
  );
  await until(() => receiver.received.length === 2, 'both events arrive');
  expect(bodiesOf(receiver).map(({ data }) => (data as { description: string }).description)).toEqual([
    'release 1',
    'release 7',
  ]);
  expect(await targetsOf(server)).toMatchObject([
    {
      name: 'peer',
      as: 'standard-webhooks',
      host: `127.0.0.1:${receiver.port}`,
      state: 'working',
      undelivered: 0,
    },
  ]);
});

test('starts at the end, and continues at its position after a restart', async () => {
  const receiver = await receive();
  const first = await startSending('');
  await first.send('1 before the target\n');
  await first.stop();
  const database = first.app.settings.database;
  const config = `send:\n  - { name: peer, url: "${receiver.url}" }\n`;
  const second = await startSending(config, { settings: { database } });
  await second.send('2 after the target\n');
  await until(() => receiver.received.length === 1, 'the first event arrives');
  await second.stop();
  const without = await startSending('', { settings: { database } });
  await without.send('3 meanwhile something\n');
  await without.stop();
  await startSending(config, { settings: { database } });
  await until(() => receiver.received.length === 2, 'the second event arrives');
  expect(receiver.received.map(({ headers }) => headers['webhook-id'])).toEqual(['evt_2', 'evt_3']);
});

test('sends edits and deletions on request, with the event before', async () => {
  const receiver = await receive();
  const server = await startSending(`send:\n  - { url: "${receiver.url}", type: deploy, changes: true }\n`);
  await server.send('1 deploy one\n2 other two\n');
  await server.fetch('/events/1', { method: 'PATCH', body: '{"description": "more"}' });
  await server.fetch('/events/2', { method: 'PATCH', body: '{"description": "unseen"}' });
  await server.fetch('/events/1', { method: 'DELETE' });
  await server.fetch('/events/1/restore', { method: 'POST' });
  await until(() => receiver.received.length === 4, 'all messages arrive');
  expect(bodiesOf(receiver)).toMatchObject([
    { type: 'event.stored', data: { description: 'one' } },
    { type: 'event.changed', data: { description: 'more', before: { description: 'one' } } },
    { type: 'event.deleted', data: { description: 'more' } },
    { type: 'event.restored', data: { description: 'more' } },
  ]);
  expect(receiver.received.map(({ headers }) => headers['webhook-id'])).toEqual([
    'evt_1',
    'chg_1',
    'chg_3',
    'chg_4',
  ]);
});

test('sends marks as spans on request', async () => {
  const receiver = await receive();
  const server = await startSending(`send:\n  - { url: "${receiver.url}", spans: true }\n`);
  await server.send('1 incident_sev2_start;incident=7 shop is down\n');
  await until(() => receiver.received.length === 1, 'the span opens');
  await server.send('2 deploy_shop fix\n');
  await until(() => receiver.received.length === 2, 'the event arrives');
  await server.send('61 incident_resolved;incident=7 it works\n');
  await until(() => receiver.received.length === 3, 'the span ends');
  expect(bodiesOf(receiver)).toMatchObject([
    {
      type: 'span.opened',
      data: { id: 1, type: 'incident_sev2', key: '7', end: null, title: 'shop is down' },
    },
    { type: 'event.stored', data: { description: 'fix' } },
    { type: 'span.resolved', data: { id: 1, begin: 1_000, end: 61_000 } },
  ]);
  expect(bodiesOf(receiver)[0]?.['data']).not.toHaveProperty('durationMs');
});
