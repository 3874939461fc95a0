// Groups are as large as the disk allows, measured by earlier commits.

import { CommitPace } from '../../src/events/commit-pace';

/** Commits of a disk: each takes `commitMs` and, for each event, `eventMs`. */
function paceOf(commitMs: number, eventMs: number): CommitPace {
  const pace = new CommitPace();
  for (let i = 0; i < 200; i++) {
    const size = i % 4 === 0 ? 1 : pace.groupSize;
    pace.observe(size, commitMs + size * eventMs);
  }
  return pace;
}

test('takes as many events as the disk stores within some milliseconds', () => {
  expect(paceOf(0.5, 0.005).groupSize).toBeGreaterThan(700);
  expect(paceOf(0.5, 0.005).groupSize).toBeLessThan(1_300);
  expect(paceOf(0.5, 0.05).groupSize).toBe(256);
});

test('takes more where each commit is slow, so that it is worth it', () => {
  const { groupSize } = paceOf(20, 0.005);
  expect(groupSize).toBeGreaterThan(5_500);
  expect(groupSize).toBeLessThan(8_193);
});

test('finds the right size without small commits, too', () => {
  const pace = new CommitPace();
  for (let i = 0; i < 500; i++) pace.observe(pace.groupSize, 20 + pace.groupSize * 0.005);
  expect(pace.groupSize).toBeGreaterThan(5_500);
});
