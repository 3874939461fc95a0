// What pictures are drawn from adds up to the figures of the report, whatever the history is.

import { pairMarks, parseMark } from '@anthracite/protocol';
import fc from 'fast-check';
import { createPictures } from '../../src/report/pictures';
import { createReport } from '../../src/report/report';
import { history, range, second } from './histories';

const dayMs = 17 * second;

test('time that is taken, by instants and by days, comes to the time that the report counts', () => {
  fc.assert(
    fc.property(history, range, (marks, asked) => {
      const spans = pairMarks(marks);
      const days = [];
      for (let at = asked.fromMs; at < asked.untilMs; at += dayMs)
        days.push({ fromMs: at, untilMs: Math.min(at + dayMs, asked.untilMs) });
      const pictures = createPictures({ spans, range: asked, days, titleOf: ({ type }) => type });
      const { incidents, gains } = createReport({ spans, deploys: [], range: asked, periods: [] });
      const { bars, moreBars, taken } = pictures;

      expect(taken[0]).toEqual({ time: asked.fromMs, ms: 0, weightedMs: 0 });
      expect(taken.at(-1)?.time).toBe(asked.untilMs);
      expect(taken.at(-1)?.ms).toBe(incidents.downMs);
      expect(taken.at(-1)?.weightedMs).toBeCloseTo(incidents.weightedDownMs, 3);
      for (const [i, { time, ms }] of taken.entries()) {
        const before = taken[i - 1];
        if (before === undefined) continue;
        // Between two of them it is up throughout, or down throughout: the line is straight.
        expect([0, time - before.time]).toContain(ms - before.ms);
      }
      expect(pictures.days.reduce((sum, { downMs }) => sum + downMs, 0)).toBe(incidents.downMs);
      expect(moreBars).toBe(0);
      const shown = [...incidents.spans, ...gains.spans].sort((one, other) => one - other);
      expect(bars.map(({ id }) => id).sort((one, other) => one - other)).toEqual(shown);
    }),
    { numRuns: 1_000 },
  );
});

test('of very many spans the gravest are drawn, and it is said how many are not', () => {
  const marks = Array.from({ length: 1_200 }, (_, i) => {
    const type = `incident_sev${1 + (i % 4)}_start`;
    const tags = [`incident=${i}`];
    const meaning = parseMark(type, tags);
    return meaning === null ? [] : [{ id: i + 1, time: i * second, type, tags, meaning }];
  }).flat();
  const asked = { fromMs: 0, untilMs: 2_000 * second };
  const { bars, moreBars, taken } = createPictures({
    spans: pairMarks(marks),
    range: asked,
    days: [],
    titleOf: () => '',
  });
  expect([bars.length, moreBars]).toEqual([500, 700]);
  expect(bars.filter(({ severity }) => severity === 1)).toHaveLength(300);
  expect(bars.filter(({ severity }) => severity === 2)).toHaveLength(200);
  // Those that last longest of those that are left: all are open, so the first.
  expect(Math.max(...bars.filter(({ severity }) => severity === 2).map(({ begin }) => begin))).toBe(
    797 * second,
  );
  expect(taken.length).toBeLessThanOrEqual(601);
  expect(taken.at(-1)?.ms).toBe(asked.untilMs);
});
