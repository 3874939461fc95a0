// The lanes of the timeline: no event is missing, and no event covers another.

import type { StoredEvent } from '@anthracite/protocol';
import fc from 'fast-check';
import { kindOfType } from '../../src/web/event-kinds';
import { chooseLanes, commonTitle, laneNamesOf, marksOf } from '../../src/web/timeline/lane-marks';
import { type ListedSpan, placeSpans } from '../../src/web/timeline/span-rows';

const event = (id: number, time: number, tags: string[] = []): StoredEvent => ({
  id,
  time,
  type: 'deploy',
  tags,
  description: 'x',
});

test('joins close events to one mark; every event is in one, and marks do not touch', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 0, max: 10_000 })),
      fc.integer({ min: 1, max: 2_000 }),
      (times, near) => {
        const events = times.map((time, id) => event(id, time));
        const marks = marksOf(events, near);
        expect(marks.flatMap((mark) => mark.events.map(({ id }) => id)).sort((a, b) => a - b)).toEqual(
          events.map(({ id }) => id),
        );
        for (const [i, mark] of marks.entries()) {
          expect(mark.untilMs - mark.fromMs).toBeLessThan(near);
          expect(mark.gapMs).toBe((marks[i + 1]?.fromMs ?? Number.POSITIVE_INFINITY) - mark.fromMs);
          expect(mark.gapMs).toBeGreaterThanOrEqual(near);
        }
      },
    ),
  );
});

test('puts an event into the lane of its type, or of each value of a tag', () => {
  const both = event(1, 0, ['host=a', 'host=b', 'host=a', 'env=prod']);
  expect(laneNamesOf(both, 'type')).toEqual(['deploy']);
  expect(laneNamesOf(both, 'host')).toEqual(['a', 'b']);
  expect(laneNamesOf(both, 'rack')).toEqual(['']);
});

test('draws the fullest lanes in the order of their names and joins the others in one', () => {
  const counted = [3, 10, 2, 1].map((total, i) => ({ name: `web${i === 1 ? 10 : i + 1}`, total }));
  expect(chooseLanes(counted, 4).map(({ name }) => name)).toEqual(['web1', 'web3', 'web4', 'web10']);
  expect(chooseLanes(counted, 3)).toEqual([
    { name: 'web1', total: 3, others: [] },
    { name: 'web10', total: 10, others: [] },
    { name: null, total: 3, others: ['web3', 'web4'] },
  ]);
});

test('orders lanes by the kind of their events, then by name', () => {
  const names = [
    'autoscale',
    'manual_ann',
    'puppet',
    'flag_x',
    'deploy_web10',
    'deploy_web2',
    'puppet_failed',
  ];
  const lanes = chooseLanes(
    names.map((name) => ({ name, total: 1 })),
    16,
  );
  expect(lanes.map(({ name }) => name)).toEqual([
    ...['puppet_failed', 'deploy_web2', 'deploy_web10', 'puppet', 'flag_x', 'manual_ann', 'autoscale'],
  ]);
});

test.each([
  ['deploy', 'deployment'],
  ['deploy_failed', 'deployment'],
  ['manual_puppet', 'manual'],
  ['puppet_failed', 'alert'],
  ['puppets', 'other'],
  ['', 'other'],
])('gives the type %j the kind %s', (type, kind) => {
  expect(kindOfType(type)).toBe(kind);
});

test('names a mark by the title that all its events have', () => {
  const titled = (...descriptions: string[]) =>
    commonTitle({ events: descriptions.map((description, id) => ({ ...event(id, 0), description })) });
  expect(titled('release 42\nby Ann', 'release 42\nby Bob')).toBe('release 42');
  expect(titled('release 42', 'release 43')).toBe('');
});

const spans = fc.array(
  fc
    .record({
      begin: fc.integer({ min: 0, max: 1_000 }),
      length: fc.option(fc.integer({ min: 0, max: 300 })),
      severity: fc.constantFrom(1, 2, 3, 4, null),
      scale: fc.constantFrom('incident', 'gain', 'other'),
      type: fc.constantFrom('backup', 'puppet_failed'),
    })
    .map(({ begin, length, ...rest }) => ({ ...rest, begin, end: length === null ? null : begin + length })),
  { maxLength: 40 },
);

test('lets no span cover another in a row, and counts those without room', () => {
  fc.assert(
    fc.property(spans, (given) => {
      const listed = given.map((span, id) => ({ ...span, id }) as ListedSpan);
      const now = 1_200;
      const placed = placeSpans(listed, now, 10, 3);
      const shown = placed.flatMap(({ rows }) => rows.flat());
      expect(shown.length + placed.reduce((sum, { left }) => sum + left, 0)).toBe(listed.length);
      for (const { rows } of placed) {
        expect(rows.length).toBeLessThanOrEqual(3);
        for (const row of rows) {
          for (const [i, { span, untilMs, gapMs, gapBeforeMs }] of row.entries()) {
            expect(gapBeforeMs).toBe(span.begin - (row[i - 1]?.untilMs ?? Number.NEGATIVE_INFINITY));
            expect(untilMs).toBe(span.end ?? Math.max(span.begin, now));
            const next = row[i + 1]?.span.begin ?? Number.POSITIVE_INFINITY;
            expect(next).toBeGreaterThanOrEqual(Math.max(untilMs, span.begin + 10));
            expect(gapMs).toBe(next - span.begin);
          }
        }
      }
    }),
  );
});
