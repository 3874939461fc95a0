// Notifications of collectd: recorded ones, and those that Debian's collectd sends.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { atEnd, needs, temporaryFolder, until } from '@anthracite/testing';
import { fixturesOf, send } from './fixtures';
import { type HookServer, startWithHooks, writer } from './hook-server';

const collectd = '/usr/sbin/collectd';
const headers = { authorization: `Bearer ${writer}` };
const fixtures = new Map(
  fixturesOf('captured-hooks/collectd').map((fixture) => [fixture.name.split('/').at(-1), fixture]),
);

interface Found {
  readonly type: string;
  readonly begin: number;
  readonly end: number | null;
  readonly tags: readonly string[];
  readonly title: string;
  readonly problems: readonly string[];
}
const spansOf = async (hooks: HookServer): Promise<readonly Found[]> =>
  (await hooks.ask('/spans?from=2026-11-01&until=2100-01-01'))['spans'] as readonly Found[];

/** Posts recorded notifications; resolves with the numbers of stored events. */
async function post(hooks: HookServer, ...names: readonly string[]): Promise<unknown[]> {
  const stored: unknown[] = [];
  for (const name of names) {
    const fixture = fixtures.get(name);
    if (fixture === undefined) throw new Error(`no ${name}`);
    const { status, json } = await send(hooks.server.url, fixture, headers);
    expect([name, status, json['problems']]).toEqual([name, 200, []]);
    stored.push(json['stored']);
  }
  return stored;
}

test('makes one span of a failure that is repeated, becomes a warning, and ends', async () => {
  const hooks = await startWithHooks('hooks:\n  collectd: {}\n', {
    clock: () => Date.parse('2026-11-27T06:12:00Z'),
  });
  const story = ['failure-1', 'command-failure', 'failure-2', 'warning'];
  // The state is good at first, which is nothing new.
  expect(await post(hooks, 'okay')).toEqual([0]);
  expect(await post(hooks, ...story)).toEqual([1, 0, 0, 0]);
  // collectd sends from several threads: a state may arrive after the next one.
  const okay = fixtures.get('okay');
  if (okay === undefined) throw new Error('no okay');
  const late = okay.body.toString().replace('06:11:40', '06:11:29');
  const answer = await send(hooks.server.url, { ...okay, body: Buffer.from(late) }, headers);
  expect(answer.json).toMatchObject({ stored: 0, duplicate: 1 });
  expect(await post(hooks, 'okay', 'okay', ...story)).toEqual([1, 0, 0, 0, 0, 0]);
  expect(await spansOf(hooks)).toMatchObject([
    {
      ...{ type: 'alert_disk_percent', problems: [] },
      begin: Date.parse('2026-11-27T06:11:30.767Z'),
      end: Date.parse('2026-11-27T06:11:40.684Z'),
      tags: expect.arrayContaining([
        'severity=FAILURE',
        'host=web1.example',
        'disk=sda',
        'type=used',
        'tool=collectd',
      ]),
      title: expect.stringContaining('That is above the failure threshold of 90.000000.'),
    },
  ]);
});

test('replaces an end that was assumed by the true one, and makes an incident of a failure', async () => {
  let time = Date.parse('2026-11-27T06:12:00Z');
  const hooks = await startWithHooks('hooks:\n  collectd: { as: incident, stale-hours: 1 }\n', {
    clock: () => time,
  });
  await post(hooks, 'failure-1');
  time += 2 * 3_600_000;
  await hooks.server.app.desk.endStale();
  expect((await spansOf(hooks))[0]?.tags).toContain('end=stale');
  await post(hooks, 'okay');
  const [span] = await spansOf(hooks);
  expect(span).toMatchObject({
    type: 'incident_sev2_disk_percent',
    end: Date.parse('2026-11-27T06:11:40.684Z'),
    problems: [],
  });
  expect(span?.tags).not.toContain('end=stale');
});

test('says what is wrong with a body that is not a list of notifications', async () => {
  const hooks = await startWithHooks('hooks:\n  collectd: {}\n');
  const tell = async (body: string) =>
    (
      await send(
        hooks.server.url,
        { method: 'POST', path: '/hooks/collectd', headers: [], body: Buffer.from(body) },
        headers,
      )
    ).json;
  expect((await tell('{}'))['problems']).toEqual([
    'the body is not a list; set "Format JSON" in the node of write_http',
  ]);
  expect((await tell('[null, {"labels": {"severity": 1}}]'))['problems']).toHaveLength(2);
});

const withCollectd = needs('collectd-core', existsSync(collectd));
withCollectd('makes one span of what a threshold of collectd reports', async () => {
  const hooks = await startWithHooks('hooks:\n  collectd: {}\n', { clock: Date.now });
  const folder = temporaryFolder();
  const [config, value] = [join(folder, 'collectd.conf'), join(folder, 'value')];
  const setValue = (text: string): void => writeFileSync(value, `${text}\n`);
  setValue('1');
  writeFileSync(
    config,
    `Hostname "web1.example"
FQDNLookup false
Interval 0.2
BaseDir "${folder}"
LoadPlugin write_http
LoadPlugin table
LoadPlugin threshold
<Plugin write_http>
  <Node "anthracite">
    URL "${hooks.server.url}/hooks/collectd"
    Header "Authorization: Bearer ${writer}"
    Format "JSON"
    Metrics false
    Notifications true
  </Node>
</Plugin>
<Plugin table>
  <Table "${value}">
    Plugin "disk"
    Instance "sda"
    Separator " "
    <Result>
      Type "percent"
      InstancePrefix "used"
      ValuesFrom 0
    </Result>
  </Table>
</Plugin>
<Plugin threshold>
  <Plugin "disk">
    <Type "percent">
      WarningMax 70
      FailureMax 90
      Persist true
    </Type>
  </Plugin>
</Plugin>
`,
  );
  chmodSync(folder, 0o755);
  const child: ChildProcess = spawn(collectd, ['-f', '-C', config, '-P', join(folder, 'pid')], {
    stdio: 'ignore',
  });
  const end = once(child, 'exit');
  atEnd(async () => {
    child.kill('SIGKILL');
    await end;
  });
  const becomes = (isEnded: boolean, count: number) =>
    until(
      async () => {
        const spans = await spansOf(hooks);
        return (
          spans.length === count &&
          spans.every((span, i) => (span.end !== null) === (i < count - 1 || isEnded))
        );
      },
      `${count} spans, the last ${isEnded ? 'ended' : 'open'}`,
    );
  for (const count of [1, 2]) {
    // The key of a span has the second of its start.
    const [last] = (await spansOf(hooks)).slice(-1);
    const next = Math.floor((last?.begin ?? 0) / 1_000) * 1_000 + 1_000;
    await until(() => Date.now() >= next, 'the next second');
    setValue('95');
    await becomes(false, count);
    setValue('75');
    await becomes(false, count);
    setValue('1');
    await becomes(true, count);
  }
  const spans = await spansOf(hooks);
  expect(spans.flatMap(({ problems }) => problems)).toEqual([]);
  expect(spans.every(({ begin, end: to }) => to !== null && to > begin)).toBe(true);
  expect((await hooks.ask('/rejects'))['rejects']).toEqual([]);
});
