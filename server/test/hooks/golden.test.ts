// Every request of the fixtures, sent to a running server with its headers, becomes the events next to it.

import { type Fixture, fixturesOf, send } from './fixtures';
import { everyHook, type HookServer, now, startWithHooks } from './hook-server';

const sources = [
  ...[
    'alertmanager',
    'argocd',
    'atlantis',
    'cdevents',
    'cloudevents',
    'datadog',
    'flux',
    'generic',
    'github',
  ],
  ...['gitlab', 'grafana-alerting', 'grafana-annotations', 'honeycomb', 'jenkins', 'kubernetes', 'pagerduty'],
  ...['sentry', 'terraform'],
];
const signed = new Set(['flux', 'github', 'grafana-alerting', 'sentry', 'terraform']);
const statuses: Readonly<Record<string, number>> = {
  argocd: 201,
  datadog: 202,
  honeycomb: 201,
  pagerduty: 202,
};

const fieldsOf = ({ time, type, tags, description }: Readonly<Record<string, unknown>>): string =>
  JSON.stringify([time, type, tags, description]);
const isGood = (source: string, { name }: Fixture): boolean => !name.endsWith('no-text') || source === '';

let other: HookServer;
beforeAll(async () => {
  other = await startWithHooks(everyHook, {
    secret: 'quite-another-secret',
    token: 'quite-another-token',
  });
});

describe.each(sources)('%s', (source) => {
  const fixtures = fixturesOf(`hooks/${source}`);
  let hooks: HookServer;
  beforeAll(async () => {
    hooks = await startWithHooks();
  });

  test('becomes its events', async () => {
    expect(fixtures.length).toBeGreaterThan(0);
    const all = new Set<string>();
    for (const fixture of fixtures) {
      const { status, text } = await send(hooks.server.url, fixture);
      expect([fixture.name, status, text]).toEqual([
        fixture.name,
        isGood(source, fixture) ? (statuses[source] ?? 200) : 400,
        expect.not.stringMatching(/"problems":\["(?!event 4)/),
      ]);
      for (const event of fixture.events ?? []) {
        all.add(fieldsOf({ ...event, time: event.time === 'now' ? now : event.time }));
      }
      // An alert that a message of its group no longer lists is ended.
      const found = (await hooks.events()).filter(({ tags }) => !String(tags).includes('end=stale'));
      expect(found.map(fieldsOf).sort()).toEqual([...all].sort());
    }
  });

  test('stores nothing new when it is sent again', async () => {
    const before = await hooks.events();
    // Alerts that fire again after their end would be open again.
    const again = fixtures.filter(({ name }) => !/alert.*\/firing/.test(name));
    for (const fixture of again) await send(hooks.server.url, fixture);
    expect(await hooks.events()).toEqual(before);
  });

  test('is refused with another secret, and with another byte', async () => {
    for (const fixture of fixtures) {
      expect([fixture.name, (await send(other.server.url, fixture)).status]).toEqual([fixture.name, 401]);
      if (!signed.has(source)) continue;
      const changed = { ...fixture, body: Buffer.concat([fixture.body, Buffer.from(' ')]) };
      expect([fixture.name, (await send(hooks.server.url, changed)).status]).toEqual([fixture.name, 401]);
    }
    expect(await other.events()).toEqual([]);
  });
});

test('lists the deliveries to each hook, without secrets', async () => {
  const hooks = await startWithHooks();
  for (const fixture of fixturesOf('hooks/github')) await send(hooks.server.url, fixture);
  const answer = JSON.stringify(await hooks.ask('/hooks'));
  expect(answer).not.toContain('anthracite-fixture-secret');
  const { hooks: list } = JSON.parse(answer) as { hooks: Readonly<Record<string, unknown>>[] };
  expect(list.find(({ name }) => name === 'github')).toMatchObject({
    ...{ kind: 'github', path: '/hooks/github', proof: 'signature' },
    counts: { stored: 4, duplicate: 1, ignored: 4, problem: 0, refused: 0 },
    lastGood: '2026-11-24T10:55:00Z',
  });
});
