// The change that caused an incident ranks first, among the noise that there is: as often as docs/suspects.md says.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Measure, measure, type Trial, toRow, trials } from './measure';

// Tables are padded so that their columns stand straight; that is not compared.
const text = readFileSync(join(__dirname, '../../../../docs/suspects.md'), 'utf8').replace(/ {2,}/g, ' ');

const measured = new Map<Trial, Measure>();

function measureOnce(trial: Trial): Measure {
  const found = measured.get(trial) ?? measure(trial);
  measured.set(trial, found);
  return found;
}

test.each(trials)(
  '$name',
  (trial) => {
    const found = measureOnce(trial);
    expect(found.incidents).toBeGreaterThan(20);
    expect(found.first).toBeGreaterThan(found.closest);
    expect(text).toContain(toRow(trial.name, found));
  },
  600_000,
);

test('the cause ranks first in nine of ten of the usual incidents, and plain closeness finds less than half of them', () => {
  const [usual] = trials;
  if (usual === undefined) throw new Error('there is no trial');
  const { incidents, first, closest } = measureOnce(usual);
  expect(first / incidents).toBeGreaterThanOrEqual(0.9);
  expect(closest / incidents).toBeLessThan(0.5);
}, 600_000);
