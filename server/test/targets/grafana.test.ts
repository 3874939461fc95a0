// Mirrors events to the annotations API of a second server, which imitates that of Grafana.

import { until } from '@anthracite/testing';
import { start, type TestServer } from '../start';
import { startSending, targetsOf } from './receiver';

type Annotation = Readonly<Record<string, unknown>>;
const token = 'the-long-token-of-the-mirror';

async function startMirror(options: string): Promise<{
  readonly server: TestServer;
  readonly grafana: TestServer;
  readonly annotations: () => Promise<readonly Annotation[]>;
}> {
  const grafana = await start({}, Date.now, { ANTHRACITE_TOKENS: `mirror:read,write:${token}` });
  const server = await startSending(
    `send:\n  - { name: grafana, as: grafana, url: "${grafana.url}/api/annotations/", token-file: <token>${options} }\n`,
    { files: { token: `${token}\n` } },
  );
  const headers = { authorization: `Bearer ${token}` };
  const annotations = async () =>
    (await grafana.json('/api/annotations?from=0&limit=100', { headers })) as readonly Annotation[];
  return { server, grafana, annotations };
}

test('mirrors events as annotations, and changes and deletes them', async () => {
  const { server, annotations } = await startMirror(', changes: true');
  await server.send('1480000000 deploy_shop;env=prod release <42>\n');
  await until(async () => (await annotations()).length === 1, 'the annotation exists');
  expect(await annotations()).toMatchObject([
    { time: 1_480_000_000_000, text: 'release &lt;42&gt;', tags: ['deploy_shop', 'env=prod', 'anthracite'] },
  ]);
  await server.fetch('/events/1', { method: 'PATCH', body: '{"description": "release 43"}' });
  await until(async () => (await annotations())[0]?.['text'] === 'release 43', 'the annotation is changed');
  await server.fetch('/events/1', { method: 'DELETE' });
  await until(async () => (await annotations()).length === 0, 'the annotation is deleted');
});

test('mirrors a span as a region that gets its end later, also after a restart', async () => {
  const { server, grafana, annotations } = await startMirror(', spans: true');
  await server.send('1480000000 incident_sev2_start;incident=7 shop is down\n');
  await until(async () => (await annotations()).length === 1, 'the annotation exists');
  await until(async () => (await targetsOf(server))[0]?.['behind'] === 0, 'the position is stored');
  await server.stop();
  const { database, 'public-url': _ } = server.app.settings;
  const again = await startSending(
    `send:\n  - { name: grafana, as: grafana, url: "${grafana.url}/api/annotations", token-file: <token>, spans: true }\n`,
    { files: { token }, settings: { database } },
  );
  await again.send('1480000060 incident_resolved;incident=7 it works\n');
  await until(async () => (await annotations())[0]?.['timeEnd'] === 1_480_000_060_000, 'the region ends');
  expect(await annotations()).toMatchObject([
    { time: 1_480_000_000_000, timeEnd: 1_480_000_060_000, text: 'shop is down' },
  ]);
});

test('writes an annotation again that somebody deleted in Grafana', async () => {
  const { server, grafana, annotations } = await startMirror(', spans: true');
  await server.send('1480000000 incident_sev2_start;incident=7 shop is down\n');
  await until(async () => (await annotations()).length === 1, 'the annotation exists');
  const [{ id } = { id: 0 }] = await annotations();
  const headers = { authorization: `Bearer ${token}` };
  await grafana.fetch(`/api/annotations/${id}`, { method: 'DELETE', headers });
  await server.send('1480000060 incident_resolved;incident=7 it works\n');
  await until(async () => (await annotations()).length === 1, 'the annotation exists again');
  expect(await annotations()).toMatchObject([{ timeEnd: 1_480_000_060_000 }]);
});

test('does not send events back that came from Grafana or from another mirror', async () => {
  const { server, annotations } = await startMirror('');
  await server.send(
    '1480000000 alert_x;tool=grafana from an alert\n1480000001 deploy;anthracite from a mirror\n1480000002 deploy from a person\n',
  );
  await until(async () => (await annotations()).length > 0, 'an annotation exists');
  expect((await annotations()).map(({ text }) => text)).toEqual(['from a person']);
});
