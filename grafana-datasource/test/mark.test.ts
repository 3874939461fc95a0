// The description of duration and severity in marks, and the title and body of events.

import type { DrawnEvent, DrawnSpan } from '@anthracite/protocol';
import { formatDuration } from '../src/frames/duration';
import { eventTable } from '../src/frames/event-frames';
import { spanLines } from '../src/frames/mark';
import { annotationState, colourOf, logLevel, severityText } from '../src/frames/state';

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
])('writes %d ms as %s', (ms, text) => {
  expect(formatDuration(ms)).toBe(text);
});

test.each([
  ['incident', 1, 'alerting', 'dark-red', 'sev1', 'critical'],
  ['incident', 2, 'alerting', 'red', 'sev2', 'error'],
  ['incident', 3, 'pending', 'yellow', 'sev3', 'warning'],
  ['incident', 4, 'no_data', 'gray', 'sev4', 'info'],
  ['incident', null, 'alerting', 'red', '', 'error'],
  ['gain', 1, 'ok', 'green', 'gain sev1', 'info'],
  ['gain', null, 'ok', 'green', 'gain', 'info'],
] as const)('describes %s of severity %s', (scale, severity, state, colour, text, level) => {
  const facts = { scale, severity };
  expect(annotationState(facts, 'x_failed')).toBe(state);
  expect(colourOf(facts, 'x_failed')).toBe(colour);
  expect(severityText(facts)).toBe(text);
  expect(logLevel(facts, 'x_failed')).toBe(level);
});

test('gives events that are neither good nor bad a colour of their type, different from good and bad', () => {
  const other = { scale: 'other', severity: null } as const;
  expect(annotationState(other, 'deploy_shop')).toBe('');
  expect(colourOf(other, 'deploy_shop')).toBe(colourOf(other, 'deploy_shop'));
  const colours = Array.from({ length: 200 }, (_, i) => colourOf(other, `deploy_${i}`));
  expect(new Set(colours).size).toBeGreaterThan(4);
  for (const colour of colours) expect(colour).not.toMatch(/red|green|orange|yellow|gray/);
});

test('gives failures that are not incidents a separate colour, but not recoveries and similar names', () => {
  const other = { scale: 'other', severity: null } as const;
  const colours = Array.from({ length: 200 }, (_, i) => colourOf(other, `deploy_${i}`));
  for (const type of ['puppet_failed', 'chef_failed', 'chef_failed_start']) {
    expect(annotationState(other, type)).toBe('pending');
    expect(colours).not.toContain(colourOf(other, type));
    expect(logLevel(other, type)).toBe('warning');
  }
  for (const type of ['chef_failed_end', 'deploy_failed', 'puppet']) {
    expect(annotationState(other, type)).toBe('');
    expect(logLevel(other, type)).toBe('info');
  }
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

test('describes the severity, the detection and the end of a span', () => {
  expect(spanLines(span)).toEqual([
    'sev2 (major), impact 25 %, origin self',
    'detected after 4 min: alert: errors above 5 %',
    'resolved after 30 min: rolled back to e8e5e4',
  ]);
});

test('describes the known part of an open span', () => {
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
  ).toEqual(['open for 30 min', 'its start is not marked']);
});

test('writes the shared part of all marks once', () => {
  expect(spanLines({ ...span, title: 'film', markTitles: ['film', 'film', 'film'] }).slice(1)).toEqual([
    'detected after 4 min',
    'resolved after 30 min',
  ]);
});

test.each(['title\nbody', 'title\r\nbody'])('separates the title of %j from its body', (description) => {
  const event = { id: 1, time: 0, type: 'deploy', tags: [], description } as unknown as DrawnEvent;
  const { fields } = eventTable([event], 'A', '');
  const cellOf = (name: string): unknown => fields.find((field) => field.name === name)?.values[0];
  expect([cellOf('title'), cellOf('text')]).toEqual(['title', 'body']);
});
