// GET /spans/:id, its suspects and the followers of a change over HTTP, with the queries of a person on call.

import { start, type TestServer } from '../start';

const now = Date.UTC(2026, 2, 31, 12);
const dayMs = 86_400_000;
const incidentAt = now - 3_600_000;
const seconds = (timeMs: number): number => timeMs / 1_000;

// biome-ignore lint/suspicious/noExplicitAny: answers of several shapes
type Answer = any;

/** Deployments of shop, half of them followed by an incident after ten minutes, and of blog without incidents; for thirty days. */
function pastLines(): string[] {
  const lines: string[] = [];
  for (let day = 1; day <= 30; day++) {
    const at = now - day * dayMs;
    lines.push(`${seconds(at)} deploy_shop;version=s${day};env=prod release s${day}`);
    lines.push(`${seconds(at) - 600} deploy_blog;version=b${day};env=prod release b${day}`);
    lines.push(`${seconds(at) + 7_200} deploy_blog;version=c${day};env=prod release c${day}`);
    if (day % 2 === 0) {
      lines.push(`${seconds(at) + 600} incident_sev2_start;incident=${day} the shop is down`);
      lines.push(`${seconds(at) + 1_200} incident_sev2_resolved;incident=${day} rolled back`);
    }
  }
  return lines;
}

const presentLines = [
  `${seconds(incidentAt) - 1_500} deploy_shop;version=new;host=web1;env=prod release new`,
  `${seconds(incidentAt) - 840} deploy_shop;version=new;host=web2;env=prod release new`,
  `${seconds(incidentAt) - 300} deploy_blog;version=new;host=db1;env=prod a <b>blog</b> entry`,
  `${seconds(incidentAt) - 240} deploy_batch_start;span=7;version=7 batch begins`,
  `${seconds(incidentAt) - 60} deploy_batch_end;span=7;version=7 batch is done`,
  `${seconds(incidentAt) - 30} flag_checkout on for all`,
  `${seconds(incidentAt)} incident_sev1_start;incident=now;host=web1;env=prod all is down`,
  `${seconds(incidentAt) + 60} incident_sev1_detected;incident=now somebody saw it`,
  `${seconds(incidentAt) + 30} deploy_shop;version=new;host=web3;env=prod release new`,
  `${seconds(incidentAt) + 120} manual_ann;env=prod restarts it`,
];

let server: TestServer;
let firstId: number;
beforeAll(async () => {
  server = await start({}, () => now);
  const past = pastLines();
  firstId = past.length + 1;
  await server.send(`${past.join('\n')}\n`);
  await server.send(`${presentLines.join('\n')}\n`);
});

const idOf = (place: number): number => firstId + place;
const suspects = async (query = ''): Promise<Answer> => server.json(`/spans/${idOf(6)}/suspects${query}`);
const shown = async (query = ''): Promise<string[]> =>
  (await suspects(query)).suspects.map(({ type }: Answer) => type);

test('finds a span by the id of any of its marks', async () => {
  const list = (await server.json('/spans?all=incident%3Dnow')) as Answer;
  for (const place of [6, 7]) expect(await server.json(`/spans/${idOf(place)}`)).toEqual(list.spans[0]);
  expect(await server.json(`/spans/${idOf(4)}`)).toMatchObject({ id: idOf(3), type: 'deploy_batch' });
});

test.each(['/spans/1', '/spans/999999', '/spans/1/suspects', '/spans/999999/suspects'])(
  'answers %s with 404',
  async (path) => {
    const answer = await server.fetch(path);
    expect(answer.status).toBe(404);
    expect(await answer.json()).toMatchObject({ code: 'SPAN_NOT_FOUND' });
  },
);

test('lists first the kind of change that was followed by incidents before, with reasons', async () => {
  const { span, suspects: found, total, truncated, windowMs, from } = await suspects();
  expect(span).toMatchObject({ id: idOf(6), title: 'all is down', isOpen: true });
  expect([windowMs, from]).toEqual([dayMs, incidentAt - dayMs]);
  expect(found[0]).toMatchObject({
    rank: 1,
    type: 'deploy_shop',
    event: { id: idOf(0), description: 'release new', group: { count: 2, hosts: ['web1', 'web2'] } },
    spanId: null,
    first: incidentAt - 1_500_000,
    last: incidentAt - 840_000,
    lagMs: 840_000,
    parts: {
      rarity: { count: 31 },
      tags: { shared: ['host=web1', 'env=prod'], different: [] },
      history: { changes: 30, followed: 15 },
    },
  });
  const [{ parts, explanation }] = found;
  expect(parts.history.expected).toBeLessThan(3);
  expect(parts.history.blamed).toBeGreaterThan(10);
  expect(explanation).toMatch(
    /^14 minutes before; deploy_shop is not rare: 31 in \d+ days; shares host=web1, env=prod; 15 of 30 /,
  );
  for (const one of found) {
    const sum = Object.values<Answer>(one.parts).reduce((total, { score }) => total + score, 0);
    expect(one.score).toBeCloseTo(sum, 2);
  }
  expect(found.map(({ type }: Answer) => type)).not.toContain('manual_ann');
  expect(found.length).toBe(total);
  expect(truncated).toBe(false);
});

test('lists a change that is a span as one suspect', async () => {
  const { suspects: found } = await suspects('?type=deploy_batch');
  expect(found).toHaveLength(1);
  expect(found[0]).toMatchObject({
    type: 'deploy_batch',
    event: { id: idOf(3), type: 'deploy_batch_start' },
    spanId: idOf(3),
    lagMs: 60_000,
    explanation: expect.stringContaining('deploy_batch is new: the first in'),
  });
});

test.each([
  ['?type=flag_*', ['flag_checkout']],
  ['?type=!deploy_*', []],
  ['?type=!deploy_shop&window=5min', ['deploy_batch', 'deploy_blog']],
  ['?none=env%3Dprod', ['deploy_batch']],
  ['?q=blog&window=1h', ['deploy_blog']],
  ['?type=incident_*&window=168h&limit=2', ['incident_sev2', 'incident_sev2']],
  ['?window=1min&type=deploy_b*', ['deploy_batch']],
  ['?type=incident_*&window=7d&limit=2', ['incident_sev2', 'incident_sev2']],
])('answers suspects%s', async (query, expected) => {
  expect((await shown(query)).sort()).toEqual(expected);
});

test('uses the setting for the types of changes', async () => {
  const other = await start({ 'change-types': 'flag_*' }, () => now);
  await other.send(`${presentLines.join('\n')}\n`);
  const { suspects: found } = (await other.json('/spans/7/suspects')) as Answer;
  expect(found.map(({ type }: Answer) => type)).toEqual(['flag_checkout']);
});

test('marks a truncated list', async () => {
  const { suspects: found, total, truncated } = await suspects('?limit=2');
  expect([found.length, truncated]).toEqual([2, true]);
  expect(total).toBeGreaterThan(2);
});

test('lists the spans that followed a change', async () => {
  const path = `/events/${idOf(1)}/followers`;
  const answer = (await server.json(path)) as Answer;
  expect(answer).toMatchObject({
    type: 'deploy_shop',
    event: { id: idOf(0), group: { count: 3 } },
    spanId: null,
    windowMs: dayMs,
    total: 1,
    truncated: false,
  });
  const [first] = (await suspects()).suspects;
  const [{ span, rank, parts, explanation }] = answer.followers;
  expect([rank, span.id]).toEqual([1, idOf(6)]);
  expect(parts.closeness.lagMs).toBe(first.lagMs);
  expect(parts.history).toMatchObject({ changes: 30, followed: 15 });
  expect(explanation).toMatch(
    /^14 minutes after; .*15 of 30 earlier deploy_shop were followed by an incident/,
  );
  expect(explanation).not.toContain('before');
  expect((await server.json(`${path}?type=gain_*`)) as Answer).toMatchObject({ followers: [], total: 0 });
  expect((await server.json(`${path}?window=20min`)) as Answer).toMatchObject({ total: 1 });
  expect((await server.json(`/events/${idOf(2)}/followers?window=4min`)) as Answer).toMatchObject({
    total: 0,
  });
  expect((await server.json(`/events/${idOf(2)}/followers?type=*`)) as Answer).toMatchObject({ total: 2 });
});

test('leaves a change out of its own past, although another span already followed it', async () => {
  const other = await start({}, () => now);
  const at = (minutes: number): number => incidentAt / 1_000 + minutes * 60;
  await other.send(
    [
      `${at(0)} deploy_first;version=1 the only one`,
      `${at(5)} incident_sev2_start;incident=1 something fails`,
      `${at(30)} incident_sev2_start;incident=2 something else fails`,
      '',
    ].join('\n'),
  );
  const { suspects: found } = (await other.json('/spans/3/suspects')) as Answer;
  expect(found[0].parts).toMatchObject({ rarity: { count: 1 }, history: { changes: 0, followed: 0 } });
  expect(found[0].explanation).toMatch(
    /deploy_first is new: the first in .*; nothing is known of earlier deploy_first$/,
  );
  const { followers } = (await other.json('/events/1/followers')) as Answer;
  for (const { explanation } of followers) {
    expect(explanation).toMatch(/ after; deploy_first is new; nothing is known of earlier deploy_first$/);
  }
  expect(followers).toHaveLength(2);
});

test('lists for a mark the followers of its span', async () => {
  const answer = (await server.json(`/events/${idOf(4)}/followers`)) as Answer;
  expect(answer).toMatchObject({ type: 'deploy_batch', spanId: idOf(3), event: { id: idOf(3) } });
  expect(answer.followers.map(({ span }: Answer) => span.id)).toEqual([idOf(6)]);
});

test('answers 404 for the followers of an unknown event', async () => {
  const answer = await server.fetch('/events/999999/followers');
  expect(answer.status).toBe(404);
});

test.each([
  'window=0s',
  'window=169h',
  'window=8d',
  'window=1y',
  'limit=0',
  'limit=101',
  'from=-1h',
  'order=ascending',
  'group=host',
])('refuses %s', async (query) => {
  for (const path of [`/spans/${idOf(6)}/suspects`, `/events/${idOf(0)}/followers`]) {
    const answer = await server.fetch(`${path}?${query}`);
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ code: expect.stringMatching(/PARAMETER/) });
  }
});

test('updates the suspects at once after the correction of a mark', async () => {
  const other = await start({}, () => now);
  await other.send(`${presentLines.join('\n')}\n`);
  const found = async (): Promise<string[]> =>
    ((await other.json('/spans/7/suspects')) as Answer).suspects.map(({ event }: Answer) => event.id);
  expect((await found()).sort()).toEqual([1, 3, 4]);
  await other.fetch('/events/3', { method: 'DELETE' });
  expect((await found()).sort()).toEqual([1, 4]);
  await other.fetch('/events/7', { method: 'PATCH', body: JSON.stringify({ time: incidentAt + 180_000 }) });
  expect((await found()).sort((one, other) => Number(one) - Number(other))).toEqual([1, 4, 10]);
});
