// The bench runs, against real peers, and says what it cannot do.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { missingGraphite } from '../src/peers/graphite-web';
import { missingInfluxDb } from '../src/peers/influxdb';
import { type Figure, heldAgainst, isReached, median, percentile } from '../src/scenario';

async function bench(...args: string[]): Promise<{ exitCode: number; stdout: string; stderr: string }> {
  const env = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !name.startsWith('ANTHRACITE_')),
  );
  const child = spawn(process.execPath, [join(__dirname, '../src/main.js'), ...args], { env });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (text) => {
    stdout += text;
  });
  child.stderr.on('data', (text) => {
    stderr += text;
  });
  const [exitCode] = (await once(child, 'close')) as [number];
  return { exitCode, stdout, stderr };
}

function needs(missing: string | null): typeof test {
  if (missing === null) return test;
  if (process.env['ANTHRACITE_TEST_PEERS'] === 'required')
    throw new Error(`${missing} is missing; .ci/run installs it`);
  return ((name: string) => test.skip(`${name} (needs ${missing})`, () => {})) as unknown as typeof test;
}

test('it lists its scenarios, and refuses others by name', async () => {
  const listed = await bench('--list');
  expect(listed.exitCode).toBe(0);
  for (const name of [
    'post-event',
    'get-data',
    'tcp-ingest',
    'health-under-flood',
    'export',
    'any-filter',
    'annotations',
    'spans',
    'ten-million',
  ]) {
    expect(listed.stdout).toContain(name);
  }
  expect(await bench('tcp-injest')).toMatchObject({
    exitCode: 2,
    stderr: expect.stringContaining('"tcp-injest"'),
  });
  expect((await bench('--fast')).exitCode).toBe(2);
});

needs(missingGraphite() ?? missingInfluxDb())(
  'every scenario that has a peer measures both, on the same events',
  async () => {
    const { exitCode, stdout, stderr } = await bench(
      '--quick',
      '--json',
      'post-event',
      'get-data',
      'tcp-ingest',
    );
    expect({ exitCode, stderr: exitCode === 0 ? '' : stderr }).toEqual({ exitCode: 0, stderr: '' });
    const { results } = JSON.parse(stdout) as { results: { scenario: string; figures: Figure[] }[] };
    expect(results.map(({ scenario }) => scenario)).toEqual(['post-event', 'get-data', 'tcp-ingest']);
    for (const { figures } of results) {
      expect(figures.length).toBeGreaterThan(0);
      for (const { ours, peer } of figures) {
        expect(ours).toBeGreaterThan(0);
        expect(peer).toBeGreaterThan(0);
      }
    }
  },
  600_000,
);

test('figures are held against their goals', () => {
  const figure: Figure = {
    what: 'x',
    unit: '/s',
    ours: 300,
    peer: 10,
    peerName: 'y',
    goal: { is: 'at least', value: 30 },
  };
  expect(heldAgainst(figure)).toBe(30);
  expect(isReached(figure)).toBe(true);
  expect(isReached({ ...figure, ours: 299 })).toBe(false);
  expect(isReached({ ...figure, peer: null, goal: { is: 'at most', value: 300 } })).toBe(true);
  expect(isReached({ ...figure, goal: null })).toBeNull();
  expect([median([3, 1, 2]), percentile([1, 2, 3, 4], 0.99), median([])]).toEqual([2, 4, Number.NaN]);
});
