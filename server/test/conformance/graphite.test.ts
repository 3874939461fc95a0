// Replays cases that were recorded from a real graphite-web against a real server of this project.

import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { needs } from '@anthracite/testing';
import { start } from '../start';

// Hundreds of requests, one at a time, which are slow on a slow machine.
jest.setTimeout(600_000);

const folder = join(__dirname, '../../../test/conformance');
const hasPython = needs('python3', spawnSync('python3', ['--version']).status === 0);

async function replay(url: string, ...args: string[]): Promise<{ status: number; output: string }> {
  const child = spawn('python3', [join(folder, 'replay.py'), url, ...args]);
  let output = '';
  child.stdout.on('data', (text) => {
    output += text;
  });
  child.stderr.on('data', (text) => {
    output += text;
  });
  const [status] = (await once(child, 'close')) as [number];
  return { status, output };
}

/** The failed cases, by name. */
function failedIn(output: string): readonly (string | undefined)[] {
  expect(output).toMatch(/^\d+ passed, \d+ failed/m);
  return [...output.matchAll(/^FAIL \[\S+\] (.*)$/gm)].map((match) => match[1]);
}

// Graphite has no patterns in `tags`; this server reads them, as client-cases.json documents.
const replaced = ['no wildcards, no prefix match'];

hasPython(
  'every case that Grafana and documented clients depend on, or that is plain conformance',
  async () => {
    const server = await start();
    const { output } = await replay(server.url, '--level', 'must,should');
    expect(failedIn(output)).toEqual(replaced);
  },
);

hasPython('in another time zone', async () => {
  const server = await start({ 'time-zone': 'America/New_York' });
  const { output } = await replay(server.url, '--level', 'must,should', '--tz', 'America/New_York');
  expect(failedIn(output)).toEqual(replaced);
});

// Each step has this server's response, and Graphite's where it differs. The command's tests check that graphite-web gives it.
hasPython('what clients send that Graphite reads in another way, or not at all', async () => {
  const server = await start();
  const { output } = await replay(server.url, '--cases', join(folder, 'client-cases.json'));
  expect(output).toMatch(/^\d+ passed, 0 failed/);
});

// Bugs of graphite-web that this server does not copy, each with its better behaviour.
const deliberately = [
  'POST data number/list/object is stored as python str()', // compact JSON
  'doubled space or a repeated tag makes set=intersection return []', // read as one tag
  'get_data answers any method', // 405
  '404 body of an unknown path',
  'GET /events/<id>?pretty=1 with Accept: application/json',
  'GET /events/<id> HTML markup', // this server's page, in UTC with a note
];

hasPython('of the quirks, all but those that we leave out on purpose', async () => {
  const server = await start();
  const { output } = await replay(server.url, '--level', 'quirk');
  expect(failedIn(output).filter((name) => !deliberately.includes(name ?? ''))).toEqual([]);
});
