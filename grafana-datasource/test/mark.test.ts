// What marks say of how long and how grave something was.

import { formatDuration } from '../src/frames/duration';
import { spanLines } from '../src/frames/mark';
import { annotationState, colourOf, gravityText, logLevel } from '../src/frames/state';
import type { DrawnSpan } from '../src/request/answers';

test.each([
  [0, '0 ms'],
  [999, '999 ms'],
  [1_000, '1 s'],
  [59_999, '59 s'],
  [60_000, '1 min'],
  [90_000, '1 min 30 s'],
  [3_600_000, '1 h'],
  [5_430_000, '1 h 30 min'],
  [86_400_000, '1 d'],
  [30 * 86_400_000 + 7_200_000, '30 d 2 h'],
])('%d ms is %s', (ms, text) => {
  expect(formatDuration(ms)).toBe(text);
});

test.each([
  ['incident', 1, 'alerting', 'dark-red', 'sev1', 'critical'],
  ['incident', 2, 'alerting', 'red', 'sev2', 'error'],
  ['incident', 3, 'pending', 'orange', 'sev3', 'warning'],
  ['incident', 4, 'no_data', 'semi-dark-yellow', 'sev4', 'info'],
  ['incident', null, 'alerting', 'red', '', 'error'],
  ['gain', 1, 'ok', 'green', 'gain sev1', 'info'],
  ['gain', null, 'ok', 'green', 'gain', 'info'],
] as const)('%s of severity %s', (scale, severity, state, colour, text, level) => {
  const gravity = { scale, severity };
  expect(annotationState(gravity)).toBe(state);
  expect(colourOf(gravity, 'x')).toBe(colour);
  expect(gravityText(gravity)).toBe(text);
  expect(logLevel(gravity)).toBe(level);
});

test('what is neither good nor bad news has a colour of its type, and none of good or bad news', () => {
  const other = { scale: 'other', severity: null } as const;
  expect(annotationState(other)).toBe('');
  expect(colourOf(other, 'deploy_shop')).toBe(colourOf(other, 'deploy_shop'));
  const colours = Array.from({ length: 200 }, (_, i) => colourOf(other, `deploy_${i}`));
  expect(new Set(colours).size).toBeGreaterThan(4);
  for (const colour of colours) expect(colour).not.toMatch(/red|green|orange|yellow/);
});

const span: DrawnSpan = {
  id: 1,
  type: 'incident_sev2',
  key: '42',
  scale: 'incident',
  severity: 2,
  impact: 25,
  origin: 'self',
  title: 'checkout fails',
  begin: 0,
  start: 0,
  detected: 240_000,
  end: 1_800_000,
  isOpen: false,
  durationMs: 1_800_000,
  levels: [],
  problems: [],
  tags: [],
  marks: [
    { id: 1, time: 0, type: 'incident_sev2_start', role: 'start' },
    { id: 2, time: 240_000, type: 'incident_sev2_detected', role: 'detected' },
    { id: 3, time: 1_800_000, type: 'incident_sev2_resolved', role: 'end' },
  ],
  moreMarks: 0,
  markTitles: ['checkout fails', 'alert: errors above 5 %', 'rolled back to e8e5e4'],
};

test('a span tells how grave it was, how it was noticed, and how it ended', () => {
  expect(spanLines(span)).toEqual([
    'sev2 (major), impact 25 %, of our own making',
    'detected after 4 min: alert: errors above 5 %',
    'over after 30 min: rolled back to e8e5e4',
  ]);
});

test('one that is open, of which little is known, tells what is known', () => {
  const { markTitles, ...rest } = span;
  expect(
    spanLines({
      ...rest,
      markTitles: markTitles.slice(0, 1),
      marks: span.marks.slice(0, 1),
      severity: null,
      impact: null,
      origin: null,
      detected: null,
      end: null,
      isOpen: true,
      problems: ['no_start', 'bad_impact'],
    }),
  ).toEqual(['open for 30 min', 'nobody marked its start']);
});

test('what all marks say alike is said once', () => {
  expect(spanLines({ ...span, title: 'film', markTitles: ['film', 'film', 'film'] }).slice(1)).toEqual([
    'detected after 4 min',
    'over after 30 min',
  ]);
});
