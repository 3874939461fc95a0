// Stories of alerts, as Alertmanager tells them: one span per occurrence, which always ends.

import { fixturesOf, send } from './fixtures';
import { type HookServer, startWithHooks, writer } from './hook-server';

const start = Date.parse('2026-11-24T10:00:00Z');
const minute = 60_000;

interface Told {
  readonly status: 'firing' | 'resolved';
  /** Minutes after 10:00. */
  readonly from: number;
  readonly to?: number;
  readonly instance?: string;
}

let hooks: HookServer;
let time = start;
async function begin(configuration = 'hooks:\n  alertmanager: {}\n'): Promise<void> {
  time = start;
  hooks = await startWithHooks(configuration, { clock: () => time });
}

/** Posts a message of a group. */
async function tell(
  alerts: readonly Told[],
  others: Readonly<Record<string, unknown>> = {},
  name = 'alertmanager',
) {
  const body = {
    ...{ version: '4', status: 'firing', groupKey: '{}:{alertname="Slow"}', truncatedAlerts: 0 },
    alerts: alerts.map(({ status, from, to, instance = 'api1' }) => ({
      status,
      labels: { alertname: 'Slow', instance, severity: 'critical' },
      annotations: { summary: `slow, told at ${time}` },
      startsAt: new Date(start + from * minute).toISOString(),
      endsAt: to === undefined ? '0001-01-01T00:00:00Z' : new Date(start + to * minute).toISOString(),
      fingerprint: `f0${instance}`,
    })),
    ...others,
  };
  return deliver(name, body);
}

/** Posts a body to a hook. */
function deliver(name: string, body: unknown) {
  return send(hooks.server.url, {
    ...{ method: 'POST', path: `/hooks/${name}` },
    headers: [['authorization', `Bearer ${writer}`]],
    body: Buffer.from(JSON.stringify(body)),
  });
}

/** The spans: start and end in minutes, and whether the end was reported. */
async function spans(filter = ''): Promise<readonly (readonly [number, number | null, string?])[]> {
  const answer = await hooks.ask(`/spans?from=2026-11-01&until=2026-12-31${filter}`);
  const list = answer['spans'] as { begin: number; end: number | null; tags: string[]; problems: string[] }[];
  return list
    .map(({ begin, end, tags, problems }): [number, number | null, string?] => {
      expect(problems).toEqual([]);
      const guessed = end === null ? undefined : tags.find((tag) => tag.startsWith('end='));
      const told: [number, number | null] = [
        (begin - start) / minute,
        end === null ? null : (end - start) / minute,
      ];
      return guessed === undefined ? told : [...told, guessed];
    })
    .sort(([one], [other]) => one - other);
}

test('makes one span of an alert that fires, is repeated and is resolved', async () => {
  await begin();
  expect((await tell([{ status: 'firing', from: 0 }])).json).toMatchObject({ stored: 1, duplicate: 0 });
  time += 5 * minute;
  expect((await tell([{ status: 'firing', from: 0 }])).json).toMatchObject({ stored: 0, duplicate: 1 });
  expect((await tell([{ status: 'resolved', from: 0, to: 6 }])).json).toMatchObject({ stored: 1 });
  expect((await tell([{ status: 'resolved', from: 0, to: 6 }])).json).toMatchObject({
    stored: 0,
    duplicate: 1,
  });
  expect(await spans()).toEqual([[0, 6]]);
});

test('ends a first occurrence whose end was never reported when a later one starts', async () => {
  await begin();
  await tell([{ status: 'firing', from: 0 }]);
  await tell([{ status: 'resolved', from: 4, to: 5 }]);
  expect(await spans()).toEqual([
    [0, 4, 'end=assumed'],
    [4, 5],
  ]);
});

test('moves the start back when another replica saw the alert earlier', async () => {
  await begin();
  await tell([{ status: 'firing', from: 2 }]);
  await tell([{ status: 'resolved', from: 0, to: 5 }]);
  expect(await spans()).toEqual([[0, 5]]);
});

test('opens a span again that fires under the start it had, and takes the latest end', async () => {
  await begin();
  await tell([{ status: 'firing', from: 0 }]);
  await tell([{ status: 'resolved', from: 0, to: 3 }]);
  await tell([{ status: 'firing', from: 0 }]);
  expect(await spans()).toEqual([[0, null]]);
  await tell([{ status: 'resolved', from: 0, to: 8 }]);
  expect(await spans()).toEqual([[0, 8]]);
});

test('makes both marks of an alert whose start was never told', async () => {
  await begin();
  await tell([{ status: 'resolved', from: 1, to: 2 }]);
  expect(await spans()).toEqual([[1, 2]]);
});

test('makes one span of what the second of a pair tells late, each with its own start', async () => {
  await begin();
  await tell([{ status: 'firing', from: 0 }]);
  await tell([{ status: 'resolved', from: 0, to: 6 }]);
  await tell([{ status: 'firing', from: 1 }]);
  await tell([{ status: 'resolved', from: 1, to: 6 }]);
  expect(await spans()).toEqual([[0, 6]]);
});

test('makes spans of its own of each occurrence', async () => {
  await begin();
  for (const from of [0, 10, 20]) {
    await tell([{ status: 'firing', from }]);
    await tell([{ status: 'resolved', from, to: from + 2 }]);
  }
  expect(await spans()).toEqual([
    [0, 2],
    [10, 12],
    [20, 22],
  ]);
});

test('ends an alert as stale that its group no longer lists, and takes the true end when it is reported', async () => {
  await begin();
  await tell([
    { status: 'firing', from: 0 },
    { status: 'firing', from: 0, instance: 'api2' },
  ]);
  time += 10 * minute;
  await tell([{ status: 'firing', from: 0, instance: 'api2' }], { truncatedAlerts: 1 });
  expect(await spans()).toEqual([
    [0, null],
    [0, null],
  ]);
  await tell([{ status: 'firing', from: 0, instance: 'api2' }]);
  expect((await spans()).toSorted()).toEqual(
    [
      [0, null],
      [0, 10, 'end=stale'],
    ].toSorted(),
  );
  await tell([
    { status: 'resolved', from: 0, to: 7 },
    { status: 'resolved', from: 0, to: 12, instance: 'api2' },
  ]);
  expect((await spans()).map(([, end]) => end).sort()).toEqual([12, 7]);
});

test('does not end an alert by a message of another Alertmanager about a group of the same name', async () => {
  await begin();
  await tell([{ status: 'firing', from: 0 }], { externalURL: 'http://ams:9093' });
  await tell([{ status: 'firing', from: 1, instance: 'api2' }], { externalURL: 'http://fra:9093' });
  expect(await spans()).toEqual([
    [0, null],
    [1, null],
  ]);
});

test('ends an alert that no message reports for a day when it was last heard', async () => {
  await begin('hooks:\n  alertmanager: { stale-hours: 24 }\n');
  await tell([{ status: 'firing', from: 0 }]);
  time += 23 * 60 * minute;
  await tell([{ status: 'firing', from: 0 }]);
  time += 23 * 60 * minute;
  await hooks.server.app.desk.endStale();
  expect(await spans()).toEqual([[0, null]]);
  time += 2 * 60 * minute;
  await hooks.server.app.desk.endStale();
  expect(await spans()).toEqual([[0, 23 * 60, 'end=stale']]);
});

test('makes one span of a group, from the first start to the last end', async () => {
  await begin('hooks:\n  alertmanager: { per: group, as: incident }\n');
  await tell([{ status: 'firing', from: 0 }]);
  await tell([
    { status: 'resolved', from: 0, to: 3 },
    { status: 'firing', from: 2, instance: 'api2' },
  ]);
  expect(await spans()).toEqual([[0, null]]);
  await tell([{ status: 'resolved', from: 2, to: 9, instance: 'api2' }]);
  expect(await spans()).toEqual([[0, 9]]);
  expect((await hooks.events()).map(({ type }) => type)).toEqual([
    'incident_sev2_Slow_start',
    'incident_sev2_Slow_end',
  ]);
});

test('keeps the alerts of two hooks apart', async () => {
  await begin(
    'hooks:\n  ams: { kind: alertmanager, tags: [dc=ams] }\n  fra: { kind: alertmanager, tags: [dc=fra] }\n',
  );
  await tell([{ status: 'firing', from: 0 }], {}, 'ams');
  await tell([{ status: 'firing', from: 1 }], {}, 'fra');
  await tell([{ status: 'resolved', from: 0, to: 4 }], {}, 'ams');
  expect(await spans()).toEqual([
    [0, 4],
    [1, null],
  ]);
});

test('continues after a restart, with moved starts and spans that were opened again', async () => {
  await begin();
  await tell([{ status: 'firing', from: 2 }]);
  await tell([{ status: 'firing', from: 1 }]);
  await tell([{ status: 'resolved', from: 1, to: 3 }]);
  await tell([{ status: 'firing', from: 2 }]);
  const { database } = hooks.server;
  await hooks.server.stop();
  hooks = await startWithHooks('hooks:\n  alertmanager: {}\n', {
    clock: () => time,
    settings: { database },
  });
  expect((await tell([{ status: 'firing', from: 2 }])).json).toMatchObject({ stored: 0, duplicate: 1 });
  await tell([{ status: 'resolved', from: 2, to: 9 }]);
  expect(await spans()).toEqual([[1, 9]]);
});

// Deployment, alert, repeat, partly resolved, resolved: in each order of arrival, each with alerts of its own. A message that an
// alert fires does not have the time of the message, so the last message decides, as when an alert fires again.
test('reports the same starts in every order of arrival, and the same spans after the end is reported again', async () => {
  await begin(
    'hooks:\n  alertmanager: {}\n  ci: { kind: json, key: "{run}", time: "{at}", type: deploy_shop, description: "run {run}", tags: ["n={n}"] }\n',
  );
  const deployed = Math.floor(start / 1_000) - 60;
  const orders = permutations([0, 1, 2, 3, 4]);
  expect(orders).toHaveLength(120);
  const groups = orders.map((order, n) => {
    const [one, other] = [`${n}a`, `${n}b`];
    const fire: readonly Told[] = [
      { status: 'firing', from: 0, instance: one },
      { status: 'firing', from: 1, instance: other },
    ];
    const end: readonly Told[] = [
      { status: 'resolved', from: 0, to: 8, instance: one },
      { status: 'resolved', from: 1, to: 5, instance: other },
    ];
    const messages = [fire, fire, [...fire.slice(0, 1), ...end.slice(1)], end];
    return { n, order, messages, group: { groupKey: `group ${n}` } };
  });
  await Promise.all(
    groups.map(async ({ n, order, messages, group }) => {
      for (const i of order) {
        if (i === 4) await deliver('ci', { run: n, n, at: deployed });
        else await tell(messages[i] ?? [], group);
      }
    }),
  );
  const starts = (await spans('&limit=1000')).map(([from]) => from);
  expect(starts).toEqual([...orders.map(() => 0), ...orders.map(() => 1)]);
  await Promise.all(groups.map(({ messages, group }) => tell(messages[3] ?? [], group)));
  expect(await spans('&limit=1000')).toEqual([...orders.map(() => [0, 8]), ...orders.map(() => [1, 5])]);
  const deployments = (await hooks.events()).filter(({ type }) => type === 'deploy_shop');
  expect(deployments.map(({ time: at, description }) => `${description} at ${at}`).sort()).toEqual(
    orders.map((_order, n) => `run ${n} at ${deployed * 1_000}`).sort(),
  );
  expect((await hooks.ask('/rejects'))['rejects']).toEqual([]);
});

function permutations<T>(items: readonly T[]): T[][] {
  if (items.length === 0) return [[]];
  return items.flatMap((item, i) =>
    permutations(items.filter((_one, j) => j !== i)).map((rest) => [item, ...rest]),
  );
}

test('takes every recorded message of Alertmanager, with one span per occurrence and no problem', async () => {
  await begin();
  time = Date.parse('2026-11-27T07:00:00Z');
  const headers = { authorization: `Bearer ${writer}` };
  for (const fixture of fixturesOf('captured-hooks/alertmanager')) {
    const { status, json } = await send(hooks.server.url, fixture, headers);
    expect([fixture.name, status, json['problems']]).toEqual([fixture.name, 200, []]);
  }
  const answer = await hooks.ask('/spans?from=2026-11-01&until=2026-12-31&limit=1000');
  const list = answer['spans'] as { type: string; key: string; problems: string[]; title: string }[];
  expect(list.flatMap(({ problems }) => problems)).toEqual([]);
  expect(new Set(list.map(({ key }) => key)).size).toBe(list.length);
  expect(list.find(({ type }) => type === 'alert_TMPL')?.title).toBe('TMPL');
  expect(list.some(({ type }) => type === 'alert_Queue_Länge_>_5')).toBe(true);
});
