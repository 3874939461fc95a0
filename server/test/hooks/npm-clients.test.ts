// Clients and examples from npm: DogStatsD's, the signatures of Standard Webhooks, and the deliveries that GitHub documents.

import { createHmac } from 'node:crypto';
import { join } from 'node:path';
import { until } from '@anthracite/testing';
import StatsD from 'hot-shots';
import { Webhook } from 'standardwebhooks';
import { start } from '../start';
import { fixturesOf, send } from './fixtures';
import { now, startWithHooks } from './hook-server';

interface Example {
  readonly name: string;
  readonly examples: readonly Readonly<Record<string, unknown>>[];
}

const secret = 'anthracite-fixture-secret';
const editions = ['api.github.com', 'ghes-31', 'ghes-32', 'ghes-33', 'ghes-34', 'ghes-35'];
const examplesOf = (edition: string): readonly Example[] =>
  require(join('@octokit/webhooks-examples', edition, 'index.json')) as readonly Example[];

test.each(editions)('answers each example of GitHub with an event or a reason: %s', async (edition) => {
  const hooks = await startWithHooks();
  const stored = new Map<string, number>();
  let count = 0;
  for (const { name, examples } of examplesOf(edition)) {
    for (const example of examples) {
      const body = Buffer.from(JSON.stringify(example));
      const signature = createHmac('sha256', secret).update(body).digest('hex');
      const headers = { 'x-github-event': name, 'x-hub-signature-256': `sha256=${signature}` };
      const { status, json } = await send(
        hooks.server.url,
        { method: 'POST', path: '/hooks/github', headers: [], body },
        headers,
      );
      const reasons = json['reasons'] as readonly string[];
      expect([name, status, json['problems']]).toEqual([name, 200, []]);
      const taken = Number(json['stored']) + Number(json['duplicate']);
      expect([name, taken > 0 || (reasons[0] ?? '') !== '']).toEqual([name, true]);
      stored.set(name, (stored.get(name) ?? 0) + taken);
      count++;
    }
  }
  expect(count).toBeGreaterThan(40);
  const withEvents = [...stored].filter(([, taken]) => taken > 0).map(([name]) => name);
  expect(withEvents).toEqual(expect.arrayContaining(['release']));
  expect(
    withEvents.filter((name) => !['deployment_status', 'push', 'release', 'workflow_run'].includes(name)),
  ).toEqual([]);
});

test('takes a delivery with a signature of standardwebhooks, and no other', async () => {
  const key = `whsec_${Buffer.from('a key of at least 24 bytes').toString('base64')}`;
  const hooks = await startWithHooks('hooks:\n  gitlab: { secret-file: SECRET }\n', { secret: key });
  const [fixture] = fixturesOf('hooks/gitlab').filter(({ name }) => name.includes('release'));
  if (fixture === undefined) throw new Error('no release');
  const sign = (time: number, body: Buffer): Record<string, string> => ({
    'content-type': 'application/json',
    'webhook-id': 'msg_1',
    'webhook-timestamp': String(Math.floor(time / 1_000)),
    'webhook-signature': new Webhook(key).sign('msg_1', new Date(time), body.toString()),
  });
  const post = (headers: Record<string, string>) =>
    send(
      hooks.server.url,
      { method: 'POST', path: '/hooks/gitlab', headers: [], body: fixture.body },
      headers,
    );
  expect((await post(sign(now, fixture.body))).json).toMatchObject({ stored: 1, problems: [] });
  expect((await post(sign(now - 301_000, fixture.body))).status).toBe(401);
  expect((await post(sign(now, Buffer.from('{}')))).status).toBe(401);
});

test('stores the events of hot-shots, and passes its metrics over', async () => {
  const server = await start({ dogstatsd: '127.0.0.1:0' }, () => now);
  const client = new StatsD({ host: '127.0.0.1', port: server.dogstatsdPort, globalTags: ['env:prod'] });
  const options = {
    date_happened: new Date(now - 60_000),
    source_type_name: 'deploy_shop',
    alert_type: 'error',
  } as const;
  client.increment('page.views');
  client.event('Déploiement ✔ 🚀', 'línea\nseconde', options, ['host:web1']);
  const events = async (): Promise<readonly string[]> =>
    (await (await server.fetch('/events/ndjson')).text()).split('\n').filter((line) => line !== '');
  await until(async () => (await events()).length > 0, 'the event');
  await new Promise<void>((resolve) => client.close(() => resolve()));
  const [event] = (await events()).map((line) => JSON.parse(line) as Readonly<Record<string, unknown>>);
  expect(event).toMatchObject({
    ...{ time: now - 60_000, type: 'deploy_shop', description: 'Déploiement ✔ 🚀\nlínea\nseconde' },
    tags: expect.arrayContaining(['env=prod', 'host=web1', 'alert_type=error', 'tool=dogstatsd']),
  });
});
