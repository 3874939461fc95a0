// The report of any history, however irregular its marks are, agrees with a count second by second.

import { type Mark, pairMarks, parseMark, type Span } from '@anthracite/protocol';
import fc from 'fast-check';
import { noMaintenance, readMaintenance } from '../../src/report/coverage';
import type { IncidentFigures } from '../../src/report/incident-figures';
import { periodsOf, reportPeriods } from '../../src/report/period';
import { createReport } from '../../src/report/report';
import {
  count,
  expectSane,
  expectSummary,
  history,
  isExcused,
  isStopped,
  lastSecond,
  plainInput,
  range,
  second,
  weightsOf,
  windowsOf,
} from './histories';

type Weights = ReadonlyMap<Span, readonly number[]>;

/** Part of a range, second by second: whether each second counts. */
interface Seconds {
  readonly fromMs: number;
  readonly untilMs: number;
  readonly counts: readonly boolean[];
}

function expectFigures(
  figures: IncidentFigures,
  spans: readonly Span[],
  weights: Weights,
  { fromMs, untilMs, counts }: Seconds,
): void {
  let down = 0;
  let weighted = 0;
  for (const i of counts.keys()) {
    const weight = Math.max(0, ...spans.map((span) => weights.get(span)?.[i] ?? 0));
    if (weight > 0) down += second;
    weighted += weight * second;
  }
  const length = counts.filter(Boolean).length * second;
  expect(figures.downMs).toBe(down);
  expect(figures.weightedDownMs).toBeCloseTo(weighted, 3);
  if (length === 0) expect([figures.uptime, figures.weightedUptime]).toEqual([null, null]);
  else {
    expect(figures.uptime).toBeCloseTo((length - down) / length, 9);
    expect(figures.weightedUptime).toBeCloseTo((length - weighted) / length, 9);
  }
  const begun = spans.filter(({ begin }) => begin >= fromMs && begin < untilMs);
  expect(figures.count).toBe(begun.length);
  const isOpenAt = ({ begin, end }: Span): boolean => begin < untilMs && (end === null || end >= untilMs);
  expect(figures.open).toBe(spans.filter(isOpenAt).length);
  const isOdd = ({ begin, end, problems }: Span): boolean =>
    begin < untilMs &&
    (end === null || end >= fromMs) &&
    problems.filter((problem) => problem !== 'reopened').length > 0;
  expect(figures.oddMarks).toBe(spans.filter(isOdd).length);
  expectSummary(
    figures.timeToDetect,
    begun.flatMap(({ start, detected }) =>
      start === null || detected === null ? [] : [count(start, detected)],
    ),
  );
  expectSummary(
    figures.timeToResolve,
    begun.flatMap((span) => {
      const isBackward = span.start === span.end && span.problems.includes('end_before_start');
      return span.start === null || span.end === null || isBackward ? [] : [count(span.start, span.end)];
    }),
  );
  expectSummary(
    figures.timeToRestore,
    begun.flatMap(({ begin, detected, end }) =>
      detected === null || end === null || detected > end ? [] : [count(Math.max(begin, detected), end)],
    ),
  );
  const begins = begun.map(({ begin }) => begin).sort((a, b) => a - b);
  expectSummary(
    figures.timeBetweenFailures,
    begins.slice(1).map((begin, i) => count(begins[i] as number, begin)),
  );
}

const dataFrom = fc.option(fc.integer({ min: -10, max: lastSecond + 10 }).map((at) => at * second));

test('agrees on incidents, without maintenance and time without data', () => {
  fc.assert(
    fc.property(history, range, dataFrom, fc.boolean(), (marks, asked, dataFromMs, leavesOut) => {
      const all = pairMarks(marks);
      const windows = leavesOut ? windowsOf(all) : [];
      const maintenance = leavesOut
        ? readMaintenance(all.filter(({ type }) => type.startsWith('maintenance')))
        : noMaintenance;
      const report = createReport({ ...plainInput, spans: all, range: asked, dataFromMs, maintenance });
      const spans = all.filter(({ scale }) => scale === 'incident');
      const fromMs = Math.min(asked.untilMs, Math.max(asked.fromMs, dataFromMs ?? asked.untilMs));
      const known = { fromMs, untilMs: asked.untilMs };
      const instants: number[] = [];
      for (let at = fromMs; at < asked.untilMs; at += second) instants.push(at);
      const weights: Weights = new Map(
        all.map((span) => {
          const own = weightsOf(span, marks, known);
          return [
            span,
            own.map((weight, i) => (isExcused(windows, span, instants[i] as number) ? 0 : weight)),
          ];
        }),
      );
      const seconds = { ...known, counts: instants.map((at) => !isStopped(windows, at)) };
      expectSane(report);
      expect(report.coverage).toMatchObject({
        fromMs: instants.length === 0 ? null : fromMs,
        knownMs: instants.length * second,
        maintenanceMs: seconds.counts.filter((counts) => !counts).length * second,
      });
      expectFigures(report.incidents, spans, weights, seconds);
      for (const { name, figures } of report.bySeverity) {
        const own = spans.filter(({ severity }) => (severity === null ? 'none' : `sev${severity}`) === name);
        expectFigures(figures, own, weights, seconds);
      }
      for (const { name, figures } of report.byOrigin) {
        expectFigures(
          figures,
          spans.filter(({ origin }) => (origin ?? 'unknown') === name),
          weights,
          seconds,
        );
      }
      const gains = all.filter(({ scale }) => scale === 'gain');
      const gained = gains.map((gain) => weightsOf(gain, marks, known));
      const isGain = instants.map((_, i) => gained.some((one) => (one[i] ?? 0) > 0));
      expect(report.gains.gainMs).toBe(isGain.filter(Boolean).length * second);
    }),
    { numRuns: 400 },
  );
}, 600_000);

describe('the calendar', () => {
  const hour = 3_600_000;

  test.each([
    ['Europe/Berlin', 2, 743],
    ['Europe/Berlin', 9, 745],
    ['America/New_York', 2, 743],
    ['Australia/Lord_Howe', 3, 720.5],
    ['UTC', 2, 744],
  ])('has in %s in month %i of 2026 %d hours', (zone, month, hours) => {
    const around = { fromMs: Date.UTC(2025, 0, 15), untilMs: Date.UTC(2027, 0, 15) };
    const part = periodsOf(around, 'month', zone, 100)[month + 12];
    expect(((part?.untilMs ?? 0) - (part?.fromMs ?? 0)) / hour).toBe(hours);
  });

  test('splits the down time of the range into periods, also on days with a clock change', () => {
    const day = 24 * hour;
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.integer({ min: 0, max: 900 }), fc.integer({ min: 0, max: 900 })), {
          maxLength: 10,
        }),
        fc.tuple(fc.integer({ min: 0, max: 900 }), fc.integer({ min: 0, max: 900 })),
        fc.constantFrom('Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe'),
        fc.constantFrom(...reportPeriods),
        (pairs, [one, other], zone, period) => {
          const begin = Date.UTC(2024, 6, 1);
          const marks = pairs.flatMap(([from, length], i) =>
            [from, from + length].map((at, k): Mark => {
              const type = `incident_sev${(i % 3) + 1}_${k === 0 ? 'start' : 'end'}`;
              const tags = [`incident=${i}`];
              const meaning = parseMark(type, tags);
              if (meaning === null) throw new Error(type);
              return { id: 2 * i + k + 1, time: begin + at * day + i * 977_000, type, tags, meaning };
            }),
          );
          const asked = {
            fromMs: begin + Math.min(one, other) * day,
            untilMs: begin + Math.max(one, other) * day,
          };
          const periods = periodsOf(asked, period, zone, 1_000);
          const report = createReport({ ...plainInput, spans: pairMarks(marks), range: asked, periods });
          expectSane(report);
          const sum = (of: (part: IncidentFigures) => number): number =>
            report.byPeriod.reduce((total, part) => total + of(part.incidents), 0);
          expect(sum(({ downMs }) => downMs)).toBe(report.incidents.downMs);
          expect(sum(({ weightedDownMs }) => weightedDownMs)).toBeCloseTo(report.incidents.weightedDownMs, 3);
          expect(sum((part) => part.count)).toBe(report.incidents.count);
        },
      ),
      { numRuns: 300 },
    );
  });
});

test('gives no NaN for an empty range or one without events', () => {
  for (const untilMs of [0, 86_400_000]) {
    const report = createReport({ ...plainInput, spans: [], range: { fromMs: 0, untilMs } });
    expectSane(report);
    expect(report.incidents.uptime).toBe(untilMs === 0 ? null : 1);
    expect(report.incidents.timeToDetect).toEqual({ count: 0, meanMs: null, medianMs: null, p90Ms: null });
    expect(report.delivery.changeFailRate).toBeNull();
  }
});
