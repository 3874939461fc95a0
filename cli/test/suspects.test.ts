// suspects and followers: from an incident to its cause and back, on the command line.

import { command, startServer } from './in-process';

const hourMs = 3_600_000;
let url: string;
let beganAt: number;

beforeAll(async () => {
  url = await startServer();
  beganAt = Math.floor(Date.now() / 1000) * 1000 - 2 * hourMs;
  const at = (minutes: number): number => beganAt / 1000 + minutes * 60;
  const lines = [
    `${at(-600)} puppet;host=web1 Changed File[/etc/motd]`,
    `${at(-5)} deploy_shop;version=42 release 42 \u202e`,
    `${at(0)} incident_sev2_start;incident=k7m2xq checkout fails`,
    `${at(30)} incident_sev2_resolved;incident=k7m2xq rolled back`,
    `${at(60)} incident_sev3_start;incident=1 search is slow`,
  ];
  await command(url, ['import', '-'], `${lines.join('\n')}\n`);
});

async function run(...args: readonly string[]): Promise<string> {
  const { exitCode, stdout, stderr } = await command(url, args);
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
  return stdout.toString();
}

test.each([['k7m2xq'], ['3'], ['4'], ['incident_sev2']])('lists the suspects of %s', async (which) => {
  const shown = (await run('suspects', which, '--utc')).split('\n');
  const began = new Date(beganAt).toISOString().replace('.000Z', 'Z');
  expect(shown[0]).toBe(`${began} incident_sev2;incident=k7m2xq checkout fails`);
  expect(shown[1]).toBe('2 changes within 1 day before it, most suspicious first');
  expect(shown[2]).toMatch(/^ 1\. +-?\d+\.\d {2}5 min before +2 {2}deploy_shop {2}release 42 \\u202e$/);
  expect(shown[3]).toMatch(/^ {5}5 minutes before; /);
  expect(shown[4]).toMatch(/^ 2\. .*10 h before.*puppet/);
});

test('lists without a name the suspects of the open incident, within a window', async () => {
  const shown = await run('suspects', '--window', '30min');
  expect(shown).toMatch(/ incident_sev3;incident=1 search is slow\n0 changes within 30 minutes before it\n$/);
  const json = JSON.parse(await run('suspects', 'k7m2xq', '--limit', '1', '--type', 'puppet', '--json'));
  expect(json).toMatchObject({ total: 1, suspects: [{ rank: 1, type: 'puppet' }] });
});

test('lists the followers of a change', async () => {
  const shown = await run('followers', '2');
  expect(shown).toMatch(
    / deploy_shop;version=42 release 42 .*\n2 spans started within 1 day after it, most suspicious first\n/,
  );
  expect(shown).toMatch(
    / 1\. .* 5 min after +3 {2}incident_sev2 +k7m2xq \(ended after 30 min\) checkout fails\n/,
  );
  expect(shown).toMatch(/ 2\. .* 1 h 5 min after +5 {2}incident_sev3 +1 \(open for [^)]+\) search is slow\n/);
});

test('refuses an unknown name', async () => {
  expect(await command(url, ['suspects', 'nobody'])).toMatchObject({
    exitCode: 1,
    stderr: 'anthracite: no span has the key or stem "nobody"\n',
  });
  expect(await command(url, ['suspects', '1'])).toMatchObject({ exitCode: 0 }); // a key has priority over an id
  expect(await command(url, ['suspects', '2'])).toMatchObject({ exitCode: 1 });
  expect(await command(url, ['followers', '99'])).toMatchObject({ exitCode: 1 });
  expect(await command(url, ['followers', 'x'])).toMatchObject({ exitCode: 2 });
});
