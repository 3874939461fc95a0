// One week of a fleet: three deployments, one node that fails for two days, one that flaps. The long form has 200 nodes.

import { until } from '@anthracite/testing';
import { start } from './start';

const halfHour = 1_800_000;
const nodes = process.env['ANTHRACITE_TEST_FAULTS'] === 'long' ? 200 : 50;
const slots = 7 * 48;
const deployments = [40, 150, 290];
const broken = { node: 7, from: 100, until: 196 };
const flapping = 13;

const hostOf = (node: number): string => `web${String(node).padStart(3, '0')}.example.com`;
const isBroken = (node: number, slot: number): boolean =>
  node === broken.node && slot >= broken.from && slot < broken.until;
const isFailing = (node: number, slot: number): boolean =>
  isBroken(node, slot) || (node === flapping && slot % 2 === 0);

/** The time at which a node starts its run: all of them within 30 minutes. */
const timeOf = (first: number, node: number, slot: number): number =>
  first + slot * halfHour + Math.floor((node * halfHour) / nodes);

const head = (node: number, time: number, status: string): [string, unknown][] => [
  ['host', hostOf(node)],
  ['time', new Date(time).toISOString()],
  // Puppet's default: another number for each catalog.
  ['configuration_version', Math.floor(time / 1000)],
  ['status', status],
  ['transaction_completed', true],
  ['noop', false],
  ['noop_pending', false],
  ['environment', 'production'],
];

function unchangedYaml(node: number, time: number): string {
  const fields = head(node, time, 'unchanged').map(([name, value]) =>
    name === 'time' ? `time: '${value}'` : `${name}: ${value}`,
  );
  return [
    '--- !ruby/object:Puppet::Transaction::Report',
    ...fields,
    'logs: []',
    'metrics: {}',
    'resource_statuses: {}',
    'cached_catalog_status: not_used',
    '',
  ].join('\n');
}

function report(node: number, time: number, slot: number): string {
  const at = new Date(time + 4_000).toISOString();
  const status = (type: string, title: string, fields: object, event: object): [string, unknown] => [
    `${type}[${title}]`,
    { resource_type: type, title, tags: [], ...fields, events: [{ time: at, message: '', ...event }] },
  ];
  const changes = deployments.includes(slot)
    ? [
        status(
          'File',
          `/srv/${hostOf(node)}/app.conf`,
          { changed: true },
          { property: 'content', status: 'success' },
        ),
        status('Service', 'app', { changed: true }, { property: null, name: 'refresh', status: 'success' }),
      ]
    : [];
  const failures = isFailing(node, slot)
    ? [
        status(
          'File',
          '/etc/app.conf',
          { failed: true },
          {
            status: 'failure',
            message: `cannot write /etc/app.conf2026-${slot}-${node}.lock after ${slot} tries`,
          },
        ),
      ]
    : [];
  const outcome = failures.length > 0 ? 'failed' : changes.length > 0 ? 'changed' : 'unchanged';
  return JSON.stringify({
    ...Object.fromEntries(head(node, time, outcome)),
    logs: [],
    metrics: {},
    resource_statuses: Object.fromEntries([...failures, ...changes]),
  });
}

interface Listed {
  readonly type: string;
  readonly tags: readonly string[];
}

test('turns a week of a fleet into three deployments, one span of the failed node and a few events of the flapping one', async () => {
  const server = await start();
  const first = Math.floor(Date.now() / halfHour) * halfHour - (slots + 2) * halfHour;
  let sent = 0;
  for (let slot = 0; slot < slots; slot++) {
    for (let from = 0; from < nodes; from += 25) {
      const answers = Array.from({ length: 25 }, (_none, i) => {
        const node = from + i;
        const time = timeOf(first, node, slot);
        // Changed reports are processed in the order of arrival.
        const isPlain = !deployments.includes(slot) && node !== broken.node && node !== flapping;
        if (!isPlain) sent++;
        const body = isPlain ? unchangedYaml(node, time) : report(node, time, slot);
        return server.fetch('/puppet/reports', {
          method: 'POST',
          headers: { 'content-type': 'application/x-yaml' },
          body,
        });
      });
      for (const answer of await Promise.all(answers)) {
        expect(answer.status).toBe(202);
        await answer.arrayBuffer();
      }
    }
  }
  const settled = async (): Promise<number> => {
    const text = await (await server.fetch('/metrics')).text();
    const counts = [...text.matchAll(/^anthracite_reports_total\{tool="puppet",outcome="\w+"\} (\d+)$/gm)];
    return counts.reduce((sum, [, count]) => sum + Number(count), 0);
  };
  await until(async () => (await settled()) === nodes * slots, 'all reports are settled', 300);
  expect(sent).toBeGreaterThan(2 * slots);

  const list = async (query: string): Promise<readonly Listed[]> =>
    ((await server.json(`/events/json?limit=all&${query}`)) as { readonly events: readonly Listed[] }).events;
  const others = await list('type=!puppet');
  expect(others.length).toBeLessThanOrEqual(40);
  expect(others.length).toBeGreaterThan(4);
  expect((await list('type=puppet')).length).toBeGreaterThan(3 * (nodes - 3));
  // Each deployment is one mark, although no version of the code is known.
  const folded = await list('type=puppet&group=version');
  expect(folded).toHaveLength(3);

  const { spans } = (await server.json(`/spans?from=${(first - halfHour) / 1000}&type=puppet_failed`)) as {
    readonly spans: readonly { key: string; begin: number; end: number; scale: string; problems: string[] }[];
  };
  const ofBroken = spans.filter(({ key }) => key === hostOf(broken.node));
  expect(ofBroken).toMatchObject([
    {
      begin: timeOf(first, broken.node, broken.from) + 4_000,
      end: timeOf(first, broken.node, broken.until),
      scale: 'other',
      problems: [],
    },
  ]);
  const ofFlapping = spans.filter(({ key }) => key === hostOf(flapping));
  expect(ofFlapping.length).toBeLessThan(4);
  expect(ofFlapping.at(-1)?.end).toBeNull();
  expect(spans).toHaveLength(ofBroken.length + ofFlapping.length);
}, 900_000);
