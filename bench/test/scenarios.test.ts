// The bench runs against real peers and reports what it cannot do.

import { join } from 'node:path';
import { type Ended, needs, runProgram } from '@anthracite/testing';
import { missingGraphite } from '../src/peers/graphite-web';
import { missingInfluxDb } from '../src/peers/influxdb';
import { comparedValue, type Figure, isReached, median, percentile } from '../src/scenario';

function bench(...args: string[]): Promise<Ended> {
  const env = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !name.startsWith('ANTHRACITE_')),
  );
  return runProgram(process.execPath, [join(__dirname, '../src/main.js'), ...args], { env });
}

const missing = missingGraphite() ?? missingInfluxDb();

test('lists its scenarios and refuses unknown ones by name', async () => {
  const listed = await bench('--list');
  expect(listed.exitCode).toBe(0);
  for (const name of [
    'post-event',
    'get-data',
    'tcp-ingest',
    'health-under-flood',
    'acknowledgement',
    'puppet-burst',
    'export',
    'any-filter',
    'annotations',
    'spans',
    'ten-million',
    'million-marks',
  ]) {
    expect(listed.stdout).toContain(name);
  }
  expect(await bench('tcp-injest')).toMatchObject({
    exitCode: 2,
    stderr: expect.stringContaining('"tcp-injest"'),
  });
  expect((await bench('--fast')).exitCode).toBe(2);
});

needs(missing ?? 'peers', missing === null)(
  'measures both sides on the same events in every scenario that has a peer',
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

test('compares figures with their goals', () => {
  const figure: Figure = {
    what: 'x',
    unit: '/s',
    ours: 300,
    peer: 10,
    peerName: 'y',
    goal: { is: 'at least', value: 30 },
  };
  expect(comparedValue(figure)).toBe(30);
  expect(isReached(figure)).toBe(true);
  expect(isReached({ ...figure, ours: 299 })).toBe(false);
  expect(isReached({ ...figure, peer: null, goal: { is: 'at most', value: 300 } })).toBe(true);
  expect(isReached({ ...figure, goal: null })).toBeNull();
  expect([median([3, 1, 2]), percentile([1, 2, 3, 4], 0.99), median([])]).toEqual([2, 4, Number.NaN]);
});
