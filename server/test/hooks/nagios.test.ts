// Notifications of Nagios and Icinga: recorded ones, and those that Debian's programs send as the docs configure them.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { atEnd, hasProgram, needs, until } from '@anthracite/testing';
import { Checked } from './check-peers';
import { send } from './fixtures';
import { type HookServer, startWithHooks, writer } from './hook-server';

const authorization = `Bearer ${writer}`;

/** Sends fields as curl sends them; resolves with the answer. */
async function post(hooks: HookServer, fields: Readonly<Record<string, string>>) {
  const body = Buffer.from(new URLSearchParams(fields).toString());
  const headers = { authorization, 'content-type': 'application/x-www-form-urlencoded' };
  return (await send(hooks.server.url, { method: 'POST', path: '/hooks/nagios', headers: [], body }, headers))
    .json;
}
const spansOf = async (hooks: HookServer): Promise<readonly Readonly<Record<string, unknown>>[]> =>
  (await hooks.ask('/spans?from=2026-11-01&until=2026-12-31'))['spans'] as readonly Readonly<
    Record<string, unknown>
  >[];

// Recorded from Nagios 4.4.6 and Icinga 2.13.6: type, state, seconds of the notification, seconds of the last change.
type Notification = readonly [type: string, state: string, at: number, change: number];
const recorded: readonly (readonly [
  string,
  readonly Notification[],
  readonly (readonly [number, number])[],
])[] = [
  [
    'nagios',
    [
      ['PROBLEM', 'CRITICAL', 1_795_760_405, 1_795_760_405],
      ['PROBLEM', 'CRITICAL', 1_795_760_417, 1_795_760_405],
      ['ACKNOWLEDGEMENT', 'CRITICAL', 1_795_760_426, 1_795_760_405],
      ['PROBLEM', 'WARNING', 1_795_760_432, 1_795_760_432],
      ['RECOVERY', 'OK', 1_795_760_441, 1_795_760_441],
      ['PROBLEM', 'CRITICAL', 1_795_760_456, 1_795_760_456],
      ['RECOVERY', 'OK', 1_795_760_465, 1_795_760_465],
    ],
    [
      [1_795_760_405, 1_795_760_441],
      [1_795_760_456, 1_795_760_465],
    ],
  ],
  [
    'icinga',
    [
      ['PROBLEM', 'CRITICAL', 1_795_760_859, 1_795_760_853],
      ['PROBLEM', 'CRITICAL', 1_795_760_874, 1_795_760_853],
      ['ACKNOWLEDGEMENT', 'CRITICAL', 1_795_760_881, 1_795_760_853],
      ['PROBLEM', 'WARNING', 1_795_760_888, 1_795_760_888],
      ['PROBLEM', 'WARNING', 1_795_760_899, 1_795_760_888],
      ['RECOVERY', 'OK', 1_795_760_900, 1_795_760_900],
      ['PROBLEM', 'CRITICAL', 1_795_760_915, 1_795_760_910],
      ['RECOVERY', 'OK', 1_795_760_924, 1_795_760_924],
    ],
    [
      [1_795_760_853, 1_795_760_900],
      [1_795_760_910, 1_795_760_924],
    ],
  ],
];

test.each(recorded)(
  'makes one span of each problem that %s reports',
  async (_kind, notifications, expected) => {
    let now = 0;
    const hooks = await startWithHooks('hooks:\n  nagios: {}\n', { clock: () => now });
    for (const [type, state, at, change] of notifications) {
      now = at * 1_000;
      const fields = {
        host: 'web1',
        service: 'HTTP check',
        type,
        state,
        time: `${change}`,
        output: 'state 2 ü',
      };
      expect((await post(hooks, { ...fields, site: 'ams', span: 'x' }))['problems']).toEqual([]);
    }
    const spans = await spansOf(hooks);
    expect(spans.map(({ begin, end }) => [Number(begin) / 1_000, Number(end) / 1_000])).toEqual(expected);
    expect(spans[0]).toMatchObject({
      ...{ type: 'alert_HTTP_check', problems: [], title: 'HTTP check on web1 is CRITICAL: state 2 ü' },
      tags: expect.arrayContaining([
        ...[
          'severity=CRITICAL',
          'host=web1',
          'service=HTTP_check',
          'site=ams',
          'alert_span=x',
          'tool=nagios',
        ],
      ]),
    });
  },
);

test('makes an incident of a host that is down, and ends it as stale if no end is reported', async () => {
  let now = Date.parse('2026-11-27T06:12:00Z');
  const hooks = await startWithHooks('hooks:\n  nagios: { as: incident, stale-hours: 2 }\n', {
    clock: () => now,
  });
  const down = { host: 'web1', type: 'PROBLEM', state: 'DOWN', time: String(now / 1_000) };
  expect((await post(hooks, down))['stored']).toBe(1);
  now += 3_600_000;
  expect((await post(hooks, down))['duplicate']).toBe(1);
  now += 3 * 3_600_000;
  await hooks.server.app.desk.endStale();
  const [span] = await spansOf(hooks);
  expect(span).toMatchObject({ type: 'incident_sev2_host', title: 'web1 is DOWN', end: now - 3 * 3_600_000 });
  expect(span?.['tags']).toContain('end=stale');
});

test('says why a notification changes nothing', async () => {
  const hooks = await startWithHooks('hooks:\n  nagios: { types: ["!alert_disk_*"] }\n');
  const service = { host: 'web1', service: 'http', type: 'PROBLEM', state: 'CRITICAL' };
  expect((await post(hooks, { ...service, type: 'CUSTOM' }))['reasons']).toEqual([
    'a custom notification does not report a change',
  ]);
  expect((await post(hooks, { ...service, state: 'Pending' }))['reasons']).toEqual([
    'the state PENDING is neither good nor bad',
  ]);
  expect((await post(hooks, { ...service, service: 'disk' }))['reasons']).toHaveLength(1);
  expect((await post(hooks, { service: 'http' }))['problems']).toHaveLength(1);
  expect((await post(hooks, { __proto__: 'x' } as never))['problems']).toHaveLength(1);
});

/** Runs a program until the end of the test. */
function run(program: string, args: readonly string[]): void {
  const child = spawn(program, args, { stdio: 'ignore', detached: true });
  const end = once(child, 'exit');
  atEnd(async () => {
    // Icinga runs in several processes.
    try {
      process.kill(-Number(child.pid), 'SIGKILL');
    } catch {} // it has ended
    await end;
  });
}

/** Two problems of a service that are repeated and become warnings, and one problem of its host. */
async function story(checked: Checked, kind: string): Promise<void> {
  for (const count of [1, 2]) {
    const [last] = (await checked.spans('alert_http')).slice(-1);
    // Times of changes are whole seconds, and the next problem must start after the last one has ended.
    await until(() => Date.now() >= (last?.end ?? 0) + 1_000, 'a later second');
    checked.setState('http', 2);
    await checked.becomes('alert_http', count, false);
    checked.setState('http', 1);
    await checked.hears(2);
    await checked.becomes('alert_http', count, false);
    checked.setState('http', 0);
    await checked.becomes('alert_http', count, true);
  }
  checked.setState('host', 2);
  await checked.becomes('alert_host', 1, false);
  checked.setState('host', 0);
  await checked.becomes('alert_host', 1, true);
  const spans = [...(await checked.spans('alert_http')), ...(await checked.spans('alert_host'))];
  expect(spans.flatMap(({ problems }) => problems)).toEqual([]);
  expect(spans.every(({ begin, end }) => end !== null && end > begin)).toBe(true);
  expect(spans[0]?.tags).toEqual(
    expect.arrayContaining(['severity=CRITICAL', 'host=web1', 'service=http', `tool=${kind}`]),
  );
  expect(spans[0]?.title).toMatch(/^http on web1 is CRITICAL: it'?s <?b>? 50% \$?HOME[;:] ü$/);
  expect((await checked.hooks.ask('/rejects'))['rejects']).toEqual([]);
}

const user = userInfo().username;

const withNagios = needs(
  'nagios4-core',
  hasProgram('nagios4', '--version') && hasProgram('curl', '--version'),
);
withNagios('makes spans of what Nagios reports, with the commands of the docs', async () => {
  const checked = await Checked.start('nagios');
  checked.makeFolders('spool');
  const often = `check_interval 1
  max_check_attempts 1
  notification_interval 1
  check_period 24x7
  notification_period 24x7
  contacts anthracite`;
  writeFileSync(
    checked.path('objects.cfg'),
    `${checked.configuration('define contact {')}
define timeperiod {
  timeperiod_name 24x7
  alias always
  ${['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'].map((day) => `${day} 00:00-24:00`).join('\n  ')}
}
define command {
  command_name state
  command_line /bin/sh '${checked.path('check.sh')}' '${checked.folder}'/$ARG1$
}
define host {
  host_name web1
  address 127.0.0.1
  check_command state!host
  ${often}
}
define service {
  host_name web1
  service_description http
  check_command state!http
  ${often}
}
`,
  );
  writeFileSync(
    checked.path('nagios.cfg'),
    `cfg_file=${checked.path('objects.cfg')}
log_file=${checked.path('log')}
temp_file=${checked.path('tmp')}
status_file=${checked.path('status')}
object_cache_file=${checked.path('objects.cache')}
lock_file=${checked.path('lock')}
command_file=${checked.path('command')}
query_socket=${checked.path('socket')}
check_result_path=${checked.path('spool')}
nagios_user=${user}
interval_length=1
service_inter_check_delay_method=n
host_inter_check_delay_method=n
cached_host_check_horizon=0
check_for_updates=0
illegal_macro_output_chars=\`~$&|'"<>
`,
  );
  run('nagios4', [checked.path('nagios.cfg')]);
  await story(checked, 'nagios');
});

const withIcinga = needs(
  'icinga2-bin',
  hasProgram('icinga2', '--version') && hasProgram('curl', '--version'),
);
withIcinga('makes spans of what Icinga reports, with the commands of the docs', async () => {
  const checked = await Checked.start('icinga');
  const folders = ['DataDir', 'LogDir', 'CacheDir', 'SpoolDir', 'InitRunDir'];
  checked.makeFolders(...folders);
  const often = 'check_command = "state"; check_interval = 1s; retry_interval = 1s; max_check_attempts = 1';
  writeFileSync(
    checked.path('icinga2.conf'),
    `object Endpoint NodeName {}
object Zone ZoneName { endpoints = [ NodeName ] }
library "checker"
library "notification"
object CheckerComponent "checker" {}
object NotificationComponent "notification" {}
object CheckCommand "state" { command = [ "/bin/sh", "${checked.path('check.sh')}", "${checked.folder}/$state$" ] }
object Host "web1" { ${often}; vars.state = "host" }
object Service "http" { host_name = "web1"; ${often}; vars.state = "http" }
${checked.configuration('object NotificationCommand').replaceAll('assign where', 'interval = 1s; assign where')}`,
  );
  run('icinga2', [
    ...['daemon', `-DRunAsUser=${user}`, `-DRunAsGroup=${user}`, '-DNodeName=node', '-DZoneName=node'],
    ...folders.map((name) => `-D${name}=${checked.path(name)}`),
    ...['-c', checked.path('icinga2.conf')],
  ]);
  await story(checked, 'icinga');
});
