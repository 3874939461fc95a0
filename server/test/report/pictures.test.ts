// The data of charts adds up to the figures of the report, for any history.

import { pairMarks, parseMark, type Span } from '@anthracite/protocol';
import fc from 'fast-check';
import { knownPart, readMaintenance } from '../../src/report/coverage';
import { createPictures } from '../../src/report/pictures';
import { createReport } from '../../src/report/report';
import { history, lastSecond, plainInput, range, second } from './histories';

const dayMs = 17 * second;

test('adds up the down time by instants and by days to the down time of the report', () => {
  fc.assert(
    fc.property(history, range, fc.integer({ min: 0, max: lastSecond }), (marks, asked, at) => {
      const dataFromMs = at * second;
      const spans = pairMarks(marks);
      const days = [];
      for (let at = asked.fromMs; at < asked.untilMs; at += dayMs)
        days.push({ fromMs: at, untilMs: Math.min(at + dayMs, asked.untilMs) });
      const maintenance = readMaintenance(spans.filter(({ type }) => type.startsWith('maintenance')));
      const { excuseOf } = maintenance;
      const known = knownPart(asked, dataFromMs);
      const titleOf = ({ type }: Span): string => type;
      const pictures = createPictures({ spans, range: asked, known, excuseOf, days, titleOf });
      const report = createReport({ ...plainInput, spans, range: asked, dataFromMs, maintenance });
      const { coverage, incidents, gains } = report;
      const { bars, moreBars, taken } = pictures;

      if (coverage.fromMs === null) expect(taken).toEqual([]);
      else {
        expect(taken[0]).toEqual({ time: coverage.fromMs, ms: 0, weightedMs: 0 });
        expect(taken.at(-1)?.time).toBe(asked.untilMs);
        expect(taken.at(-1)?.ms).toBe(incidents.downMs);
        expect(taken.at(-1)?.weightedMs).toBeCloseTo(incidents.weightedDownMs, 3);
      }
      for (const [i, { time, ms }] of taken.entries()) {
        const before = taken[i - 1];
        if (before === undefined) continue;
        // Between two instants it is either up or down throughout, so the line is straight.
        expect([0, time - before.time]).toContain(ms - before.ms);
      }
      expect(pictures.days.reduce((sum, { downMs }) => sum + downMs, 0)).toBe(incidents.downMs);
      expect(moreBars).toBe(0);
      // Bars cover the whole range, also the time before the data.
      const shown = new Set(bars.map(({ id }) => id));
      expect([...incidents.spans, ...gains.spans].filter((id) => !shown.has(id))).toEqual([]);
    }),
    { numRuns: 1_000 },
  );
});

test('draws the most severe of very many spans and reports the number of the others', () => {
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
    known: asked,
    excuseOf: () => [],
    days: [],
    titleOf: () => '',
  });
  expect([bars.length, moreBars]).toEqual([500, 700]);
  expect(bars.filter(({ severity }) => severity === 1)).toHaveLength(300);
  expect(bars.filter(({ severity }) => severity === 2)).toHaveLength(200);
  // The longest of the others: all are open, so the first ones.
  expect(Math.max(...bars.filter(({ severity }) => severity === 2).map(({ begin }) => begin))).toBe(
    797 * second,
  );
  expect(taken.length).toBeLessThanOrEqual(601);
  expect(taken.at(-1)?.ms).toBe(asked.untilMs);
});
