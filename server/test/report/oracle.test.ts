// The report of any history, however odd its marks are, is what counting second by second gives.

import { type Mark, pairMarks, parseMark, type Span } from '@anthracite/protocol';
import fc from 'fast-check';
import { type DeployEvent, failureWindowMs } from '../../src/report/deployments';
import type { IncidentFigures } from '../../src/report/incident-figures';
import { periodsOf, reportPeriods } from '../../src/report/period';
import { createReport, type Report } from '../../src/report/report';
import {
  count,
  expectSane,
  expectSummary,
  history,
  lastSecond,
  range,
  sayingMarks,
  second,
  weightAt,
  weightsOf,
} from './histories';

type Weights = ReadonlyMap<Span, readonly number[]>;

function expectFigures(
  figures: IncidentFigures,
  spans: readonly Span[],
  weights: Weights,
  asked: Report,
): void {
  let down = 0;
  let weighted = 0;
  for (let at = asked.fromMs, i = 0; at < asked.untilMs; at += second, i++) {
    const weight = Math.max(0, ...spans.map((span) => weights.get(span)?.[i] ?? 0));
    if (weight > 0) down += second;
    weighted += weight * second;
  }
  const length = asked.untilMs - asked.fromMs;
  expect(figures.downMs).toBe(down);
  expect(figures.weightedDownMs).toBeCloseTo(weighted, 3);
  if (length === 0) expect([figures.uptime, figures.weightedUptime]).toEqual([null, null]);
  else {
    expect(figures.uptime).toBeCloseTo((length - down) / length, 9);
    expect(figures.weightedUptime).toBeCloseTo((length - weighted) / length, 9);
  }
  const begun = spans.filter(({ begin }) => begin >= asked.fromMs && begin < asked.untilMs);
  expect(figures.count).toBe(begun.length);
  const isOpenAt = ({ begin, end }: Span): boolean =>
    begin < asked.untilMs && (end === null || end >= asked.untilMs);
  expect(figures.open).toBe(spans.filter(isOpenAt).length);
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

test('incidents, and their parts by severity and origin, second by second', () => {
  fc.assert(
    fc.property(history, range, (marks, asked) => {
      const all = pairMarks(marks);
      const report = createReport({ spans: all, deploys: [], range: asked, periods: [] });
      const spans = all.filter(({ scale }) => scale === 'incident');
      const weights: Weights = new Map(all.map((span) => [span, weightsOf(span, marks, report)]));
      expectSane(report);
      expectFigures(report.incidents, spans, weights, report);
      for (const { name, figures } of report.bySeverity) {
        const own = spans.filter(({ severity }) => (severity === null ? 'none' : `sev${severity}`) === name);
        expectFigures(figures, own, weights, report);
      }
      for (const { name, figures } of report.byOrigin) {
        expectFigures(
          figures,
          spans.filter(({ origin }) => (origin ?? 'unknown') === name),
          weights,
          report,
        );
      }
      const gains = all.filter(({ scale }) => scale === 'gain');
      const seconds = gains.map((gain) => weights.get(gain) ?? []);
      const gained = Array.from({ length: lastSecond }, (_, i) => seconds.some((one) => (one[i] ?? 0) > 0));
      expect(report.gains.gainMs).toBe(gained.filter(Boolean).length * second);
    }),
    { numRuns: 250 },
  );
}, 600_000);

test('deployments and what is held against them, one by one', () => {
  const minute = 60 * second;
  const deploys = fc
    .array(
      fc.record({
        time: fc.integer({ min: 0, max: 300 }).map((n) => n * minute),
        type: fc.constantFrom('deploy_a', 'deploy_b', 'deploy_', 'deployed', 'deploy_c_start'),
        commit: fc.constantFrom(
          '',
          'commit_time=0',
          'commit_time=9000',
          'commit_time=soon',
          'commit_time=-60',
          'version=1',
          'version=2',
        ),
      }),
      { maxLength: 12 },
    )
    .map((drawn) =>
      drawn.map(
        ({ time, type, commit }, i): DeployEvent => ({
          id: 1_000 + i,
          time,
          type,
          tags: commit ? [commit] : [],
        }),
      ),
    );
  fc.assert(
    fc.property(history, deploys, (marks, events) => {
      const spread = marks.map((mark) => ({ ...mark, time: mark.time * 150 }));
      const spans = pairMarks(spread);
      const asked = { fromMs: 0, untilMs: 250 * minute };
      const { delivery } = createReport({ spans, deploys: events, range: asked, periods: [] });
      // Of one type and version, one that comes within a quarter of an hour behind another is no deployment of its own.
      const isFirst = (deploy: DeployEvent): boolean =>
        !deploy.tags.some((tag) => tag.startsWith('version=')) ||
        !events.some(
          ({ id, time, type, tags }) =>
            type === deploy.type &&
            tags[0] === deploy.tags[0] &&
            (time < deploy.time || (time === deploy.time && id < deploy.id)) &&
            deploy.time - time <= 15 * minute,
        );
      const all = events.filter((deploy) => /^deploy_[ab]$/.test(deploy.type) && isFirst(deploy));
      const within = all.filter(({ time }) => time < asked.untilMs);
      const failed = new Set<number>();
      const incidents: number[] = [];
      for (const span of spans.filter(({ scale, origin }) => scale === 'incident' && origin !== 'external')) {
        const times = [...span.levels.map(({ time }) => time)];
        const saying = sayingMarks(span, spread);
        if (!times.some((time) => weightAt(saying, time) > 0)) continue;
        const before = all
          .filter(({ time }) => time <= span.begin && time >= span.begin - failureWindowMs)
          .toSorted((a, b) => a.time - b.time || a.id - b.id)
          .at(-1);
        if (before === undefined || !within.includes(before)) continue;
        failed.add(before.id);
        incidents.push(span.id);
      }
      expect(delivery.deployments).toBe(within.length);
      expect(new Set(delivery.failedIds)).toEqual(failed);
      expect(delivery.incidentIds).toEqual(incidents);
      const commits = within.flatMap(({ time, tags }) =>
        tags.filter((tag) => tag.startsWith('commit')).map((tag) => time - Number(tag.slice(12)) * second),
      );
      expectSummary(
        delivery.leadTime,
        commits.filter((lead) => lead >= 0),
      );
      expect(delivery.leadTimesLeftOut).toBe(commits.filter((lead) => !(lead >= 0)).length);
    }),
    { numRuns: 500 },
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
  ])('in %s month %i of 2026 has %d hours', (zone, month, hours) => {
    const around = { fromMs: Date.UTC(2025, 0, 15), untilMs: Date.UTC(2027, 0, 15) };
    const part = periodsOf(around, 'month', zone, 100)[month + 12];
    expect(((part?.untilMs ?? 0) - (part?.fromMs ?? 0)) / hour).toBe(hours);
  });

  test('the down time of all periods is that of the range, also on the days when clocks change', () => {
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
          const report = createReport({ spans: pairMarks(marks), deploys: [], range: asked, periods });
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

test('an empty range, and one without anything, have no figure that is not a number', () => {
  for (const untilMs of [0, 86_400_000]) {
    const report = createReport({ spans: [], deploys: [], range: { fromMs: 0, untilMs }, periods: [] });
    expectSane(report);
    expect(report.incidents.uptime).toBe(untilMs === 0 ? null : 1);
    expect(report.incidents.timeToDetect).toEqual({ count: 0, meanMs: null, medianMs: null, p90Ms: null });
    expect(report.delivery.changeFailureRate).toBeNull();
  }
});
