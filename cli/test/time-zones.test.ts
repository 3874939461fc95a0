// The program follows the newest time zone data of the machine, and never takes another zone than the one meant.

import { spawnSync } from 'node:child_process';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { hasProgram, needs, temporaryFolder, until } from '@anthracite/testing';
import { run, type Served, serve } from './program';

const withZic = needs('zic', hasProgram('zic', '--version'));

// The laws of 2026, in the form of the time zone database.
const laws = `
Rule N 2007 max - Mar Sun>=8 2:00 1:00 D
Rule N 2007 max - Nov Sun>=1 2:00 0 S
Zone America/Vancouver -8:00 N P%sT 2026 Mar 9
 -7:00 - MST
Zone America/Edmonton -7:00 N M%sT 2026 Mar 9
 -6:00 - CST
Zone America/Winnipeg -6:00 N C%sT 2026 Mar 9
 -5:00 - EST
Zone America/Havana -5:00 N C%sT 2026 Mar 9
 -4:00 - CDT
Zone Africa/Casablanca 1:00 - +01 2026 Sep 20 2:00
 0:00 - +00
Link America/Vancouver Canada/Pacific
`;
const names = `
Z America/Vancouver -8 N P%sT
Z America/Edmonton -7 N M%sT
Z America/Winnipeg -6 N C%sT
Z America/Havana -5 H C%sT
Z Africa/Casablanca 1 - +01
L America/Vancouver Canada/Pacific
`;

/** A folder of time zone files that says this version, or none. */
function zoneFolder(version: string | null): string {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'laws'), laws);
  const { status, stderr } = spawnSync('zic', ['-d', folder, join(folder, 'laws')], { encoding: 'utf8' });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  if (version !== null) writeFileSync(join(folder, 'tzdata.zi'), `# version ${version}${names}`);
  return folder;
}

function start(TZDIR: string, ...args: readonly string[]): Promise<Served> {
  return serve(join(temporaryFolder(), 'anthracite.db'), args, { env: { TZDIR } });
}

async function json(server: Served, path: string): Promise<unknown> {
  return (await fetch(`${server.url}${path}`)).json();
}

/** Waits until the log has a text. */
const logged = (server: Served, text: string): Promise<void> =>
  until(() => server.log().includes(text), `the log has ${text}`);

/** The only event of a type. */
async function only(server: Served, type: string): Promise<{ readonly time: number }> {
  const answer = await fetch(`${server.url}/events/ndjson?type=${type}&from=20261124&until=20261127`);
  return JSON.parse(await answer.text()) as { readonly time: number };
}

const utc = (text: string): number => Date.parse(text);

describe('data of the system that is newer than that of Node.js', () => {
  let folder: string;
  let server: Served;

  const begin = async (): Promise<void> => {
    folder ??= zoneFolder('2099a');
    server ??= await start(folder, '--time-zone', 'America/Vancouver');
  };

  withZic('is shown in the log, /health, /metrics and config', async () => {
    await begin();
    const used = { version: '2099a', source: folder };
    expect(await json(server, '/health')).toMatchObject({ timeZones: used });
    expect(await (await fetch(`${server.url}/metrics`)).text()).toContain(
      `anthracite_time_zone_data_info{version="2099a",source="${folder}"} 1`,
    );
    await logged(server, `"version":"2099a","source":"${folder}","msg":"time zone data in use"`);
    const { stdout } = await run(['config', '--json'], { env: { TZDIR: folder } });
    expect(JSON.parse(stdout)).toContainEqual({ name: 'time-zone-data', value: '2099a', origin: folder });
  });

  withZic('decides on which day an event is, and what the page shows', async () => {
    await begin();
    await server.send(`${utc('2026-11-20T07:30:00Z') / 1000} vancouver half past midnight\n`);
    const counts = await json(server, '/events/counts?type=vancouver&from=20261119&until=20261121');
    expect(counts).toMatchObject({
      series: [{ points: expect.arrayContaining([[utc('2026-11-20T07:00:00Z'), 1]]) }],
    });
    const since = (await json(server, '/events/get_data?from=midnight_20261120&until=20261121')) as unknown[];
    expect(since).toHaveLength(1);
    const page = await (
      await fetch(`${server.url}/events/?type=vancouver&from=20261119&until=20261121`, {
        headers: { accept: 'text/html' },
      })
    ).text();
    expect(page).toContain('2026-11-20 00:30:00');
  });

  withZic.each([
    ['America/Vancouver', '2026-11-20T07:30:00Z', '2026-11-20T07:00:00Z', '2026-11-20 00:30:00'],
    ['Canada/Pacific', '2026-11-20T07:30:00Z', '2026-11-20T07:00:00Z', '2026-11-20 00:30:00'],
    ['america/vancouver', '2026-11-20T07:30:00Z', '2026-11-20T07:00:00Z', '2026-11-20 00:30:00'],
    ['America/Edmonton', '2026-11-21T06:30:00Z', '2026-11-21T06:00:00Z', '2026-11-21 00:30:00'],
    ['America/Winnipeg', '2026-11-22T05:30:00Z', '2026-11-22T05:00:00Z', '2026-11-22 00:30:00'],
    ['America/Havana', '2026-11-23T04:30:00Z', '2026-11-23T04:00:00Z', '2026-11-23 00:30:00'],
    ['Africa/Casablanca', '2026-11-24T23:30:00Z', '2026-11-24T00:00:00Z', '2026-11-24 23:30:00'],
    // Not in the folder: by the data of Node.js.
    ['Europe/Paris', '2026-11-24T23:30:00Z', '2026-11-24T23:00:00Z', '2026-11-25 00:30:00'],
  ])('holds for a reader in %s, at %s', async (zone, at, day, shown) => {
    await begin();
    const type = `at_${zone.toLowerCase().replace(/\W/g, '_')}`;
    await server.send(`${utc(at) / 1000} ${type} happened\n`);
    const range = 'from=20261101&until=20261130';
    const counts = await json(server, `/events/counts?type=${type}&${range}&tz=${zone}`);
    expect(counts).toMatchObject({ series: [{ points: expect.arrayContaining([[utc(day), 1]]) }] });
    const page = await fetch(`${server.url}/events/?type=${type}&${range}`, {
      headers: { accept: 'text/html', cookie: `anthracite_zone=${zone}` },
    });
    expect(await page.text()).toContain(shown);
  });

  withZic('is used by the command, too', async () => {
    await begin();
    await server.send(`${utc('2026-11-20T07:30:00Z') / 1000} listed something\n`);
    const list = ['list', '--type', 'listed', '--from', '20261119', '--server', server.url];
    const { stdout } = await run([...list, '--time-zone', 'America/Vancouver'], { env: { TZDIR: folder } });
    expect(stdout).toContain('2026-11-20T00:30:00-07:00');
  });
});

withZic('older data of the system is not used', async () => {
  const server = await start(zoneFolder('2001a'), '--time-zone', 'America/Vancouver');
  expect(await json(server, '/health')).toMatchObject({
    timeZones: { version: process.versions['tz'], source: 'Node.js' },
  });
  await logged(server, 'time zone data in use');
  await server.stop();
  expect(server.log()).not.toContain('"level":40');
});

withZic('data without a version is not used; the log warns if it differs for time-zone', async () => {
  // The clocks of the folder: half an hour ahead of those of any version of Node.js.
  const folder = zoneFolder(null);
  writeFileSync(join(folder, 'own'), 'Zone Europe/Paris 0:30 - XXX\nZone Etc/UTC 0 - UTC\n');
  spawnSync('zic', ['-d', folder, join(folder, 'own')]);
  const server = await start(folder, '--time-zone', 'Europe/Paris');
  expect(await json(server, '/health')).toMatchObject({ timeZones: { source: 'Node.js' } });
  await logged(server, `Europe/Paris differs between Node.js (${process.versions['tz']}) and ${folder}`);
  expect(server.log()).toContain('"level":40');
});

withZic('a damaged file of a newer version is not used, and the log reports it', async () => {
  const folder = zoneFolder('2099a');
  writeFileSync(join(folder, 'America/Vancouver'), 'TZif2');
  const server = await start(folder, '--time-zone', 'America/Vancouver');
  await logged(server, `${folder} (2099a) has no readable file for America/Vancouver`);
});

describe('the zone of the machine', () => {
  let server: Served;
  beforeAll(async () => {
    server = await serve(join(temporaryFolder(), 'anthracite.db'));
  });

  const zones = temporaryFolder();
  mkdirSync(join(zones, 'etc'));
  symlinkSync('/usr/share/zoneinfo/Europe/Paris', join(zones, 'etc/localtime'));
  symlinkSync('localtime', join(zones, 'etc/again'));

  const sendAt = (TZ: string, type: string, ...args: readonly string[]) =>
    run(['send', type, 'now', '--server', server.url, ...args], { env: { TZ } });

  test.each([
    ['Europe/Paris', '13:30'],
    [':Europe/Paris', '13:30'],
    ['/usr/share/zoneinfo/Europe/Paris', '13:30'],
    [`:${join(zones, 'etc/localtime')}`, '13:30'],
    [join(zones, 'etc/again'), '13:30'],
    ['EST5EDT', '19:30'],
    ['UTC0', '14:30'],
    ['UTC', '14:30'],
  ])('with TZ=%s, 14:30 is %s of UTC', async (TZ, time) => {
    const type = `at_${TZ.replace(/\W/g, '_').slice(-60)}`;
    const sent = await sendAt(TZ, type, '--at', '2026-11-25 14:30');
    expect(sent).toMatchObject({ exitCode: 0, stderr: '' });
    const event = await only(server, type);
    expect(event.time).toBe(utc(`2026-11-25T${time}:00Z`));
  });

  test.each([
    ['BST', 'BST is not an IANA name; do you mean Europe/London?'],
    ['CET-1CEST', 'TZ is "CET-1CEST", which is not an IANA name'],
    ['UTC+3', 'UTC+3 is not an IANA name; do you mean Etc/GMT-3?'],
    ['Nowhere/Land', 'TZ is "Nowhere/Land", which is not an IANA name'],
    [':/etc/hostname', 'TZ is ":/etc/hostname", which is not a link to a time zone file'],
  ])('with TZ=%s, a time is refused; an event of now is sent', async (TZ, why) => {
    const refused = await sendAt(TZ, 'refused', '--at', '14:30');
    expect(refused).toEqual({
      exitCode: 2,
      stdout: '',
      stderr: expect.stringContaining(`the time zone of this machine is unknown: ${why}`),
    });
    expect(refused.stderr).toContain('--time-zone');
    expect(await sendAt(TZ, 'sent_now')).toMatchObject({ exitCode: 0, stderr: '' });
    expect(await sendAt(TZ, 'sent_at', '--at', '14:30', '--utc')).toMatchObject({ exitCode: 0, stderr: '' });
  });

  test.each(['', ':/etc/localtime'])(
    'with TZ=%p, a time is that of the machine, or is refused',
    async (TZ) => {
      const type = `machine_${TZ.length}`;
      const sent = await sendAt(TZ, type, '--at', '2026-11-25 14:30');
      if (sent.exitCode === 2) {
        expect(sent.stderr).toContain('the time zone of this machine is unknown');
        return;
      }
      const event = await only(server, type);
      const { stdout } = spawnSync('date', ['-d', '2026-11-25 14:30', '+%s'], {
        env: { PATH: process.env['PATH'], ...(TZ === '' && { TZ }) },
        encoding: 'utf8',
      });
      expect(event.time).toBe(Number(stdout) * 1000);
    },
  );
});

describe('a name that is not in the time zone database', () => {
  const why = 'BST is not an IANA name; do you mean Europe/London?';

  test('is refused as a setting, a flag of the command and a variable', async () => {
    for (const [args, env] of [
      [['config', '--time-zone', 'BST'], {}],
      [['list', '--time-zone', 'BST'], {}],
      [['list'], { ANTHRACITE_TIME_ZONE: 'BST' }],
      [['config'], { ANTHRACITE_TIME_ZONE: 'BST' }],
    ] as const) {
      const { exitCode, stderr } = await run(args, { env });
      expect({ exitCode, stderr }).toEqual({ exitCode: 2, stderr: expect.stringContaining(why) });
    }
  });

  test('is refused in a URL and a form, and not used from a cookie', async () => {
    const server = await serve(join(temporaryFolder(), 'anthracite.db'), ['--time-zone', 'Asia/Tokyo']);
    const counts = await fetch(`${server.url}/events/counts?tz=BST`);
    expect({ status: counts.status, text: await counts.text() }).toEqual({
      status: 400,
      text: expect.stringContaining(why),
    });
    const form = await fetch(`${server.url}/add`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded', origin: server.url },
      body: new URLSearchParams({ zone: 'BST', time: '14:30', type: 'typed', description: 'words' }),
    });
    expect({ status: form.status, text: await form.text() }).toEqual({
      status: 400,
      text: expect.stringContaining('do you mean Europe/London?'),
    });
    await server.send('1795000000 shown words\n');
    const page = await fetch(`${server.url}/events/?from=20261101&until=20261130`, {
      headers: { accept: 'text/html', cookie: 'anthracite_zone=BST' },
    });
    const tokyo = new Date(1795000000_000 + 9 * 3_600_000).toISOString().slice(0, 19).replace('T', ' ');
    expect(await page.text()).toContain(tokyo);
  });
});
