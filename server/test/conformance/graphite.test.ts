// The cases that were recorded from a real graphite-web, replayed against a real server of ours.

import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { needs } from '@anthracite/testing';
import { start } from '../start';

// Hundreds of requests, one after the other: on a slow machine that takes its time.
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

hasPython(
  'every case that Grafana and documented clients depend on, or that is plain conformance',
  async () => {
    const server = await start();
    const { status, output } = await replay(server.url, '--level', 'must,should');
    expect(output).toMatch(/^\d+ passed, 0 failed/);
    expect(status).toBe(0);
  },
);

hasPython('in another time zone', async () => {
  const server = await start({ 'time-zone': 'America/New_York' });
  const { output } = await replay(server.url, '--level', 'must,should', '--tz', 'America/New_York');
  expect(output).toMatch(/^\d+ passed, 0 failed/);
});

// Accidents of graphite-web that we do without: each with the better thing that we do.
const deliberately = [
  'POST data number/list/object is stored as python str()', // 400, which names the field
  'doubled space or a repeated tag makes set=intersection return []', // read as one tag
  'POST get_data: jsonp IS taken from the form', // 405
  'get_data answers any method', // 405
  '404 body of an unknown path',
  'GET /events/<id>?pretty=1 with Accept: application/json',
  'GET /events/<id> HTML markup', // our own page, in UTC and saying so
];

hasPython('of the quirks, all but those that we leave out on purpose', async () => {
  const server = await start();
  const { output } = await replay(server.url, '--level', 'quirk');
  const failed = [...output.matchAll(/^FAIL \[\S+\] (.*)$/gm)].map((match) => match[1]);
  expect(failed.filter((name) => !deliberately.includes(name ?? ''))).toEqual([]);
});
