// The marks of a panel in lanes: one frame for each type.

import type { Mark } from '../src/frames/mark';
import { panelMarksFrames } from '../src/frames/mark-frames';

const markOf = (lane: string, time = 0): Mark => ({
  time,
  timeEnd: time,
  title: lane,
  text: '',
  tags: [],
  newState: '',
  color: 'blue',
  lane,
});
const lanesOf = (marks: readonly Mark[]): unknown[][] =>
  panelMarksFrames(marks, 'A').map(({ fields }) => fields.find(({ name }) => name === 'title')?.values ?? []);

test('has a frame for each lane, in the order of their first marks', () => {
  expect(lanesOf(['incident_sev1', 'deploy', 'incident_sev1', 'puppet'].map((lane) => markOf(lane)))).toEqual(
    [['incident_sev1', 'incident_sev1'], ['deploy'], ['puppet']],
  );
});

test('keeps more types than a panel has room for in the last lane', () => {
  const types = Array.from({ length: 30 }, (_, i) => `type_${i}`);
  const lanes = lanesOf(types.map((lane) => markOf(lane)));
  expect(lanes).toHaveLength(12);
  expect(lanes.flat()).toEqual(types);
});

test('has an empty frame without marks', () => {
  expect(lanesOf([])).toEqual([[]]);
});
