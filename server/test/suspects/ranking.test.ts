// The cause of an incident ranks first among noise as often as docs/suspects.md states.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Measure, measure, type Trial, toRow, trials } from './measure';

// Tables are padded to align their columns, which is not compared.
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

test('ranks the cause first in nine of ten usual incidents, and closeness alone finds less than half of them', () => {
  const [usual] = trials;
  if (usual === undefined) throw new Error('there is no trial');
  const { incidents, first, closest } = measureOnce(usual);
  expect(first / incidents).toBeGreaterThanOrEqual(0.9);
  expect(closest / incidents).toBeLessThan(0.5);
}, 600_000);
