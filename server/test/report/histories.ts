// Histories with irregular marks, and their figures counted second by second.

import { type Mark, parseMark, type Span } from '@anthracite/protocol';
import fc from 'fast-check';
import { noMaintenance } from '../../src/report/coverage';
import type { Range } from '../../src/report/intervals';
import type { Report, ReportInput } from '../../src/report/report';
import type { Summary } from '../../src/report/summary';

export const second = 1_000;
export const lastSecond = 120;

/** The default input of a report: data from the start of time, and nothing left out. */
export const plainInput: Omit<ReportInput, 'spans' | 'range'> = {
  deploys: [],
  periods: [],
  dataFromMs: Number.NEGATIVE_INFINITY,
  failureWindowMs: 3_600_000,
  maintenance: noMaintenance,
  previous: null,
  targets: [],
  groupKeys: { service: ['service', 'project', 'app'], team: ['team'] },
};

/** Marks of a few incidents and of maintenance within two minutes: repeated, missing, overlapping, out of order, with clock differences. */
export const history: fc.Arbitrary<Mark[]> = fc
  .array(
    fc.record({
      time: fc.integer({ min: -20, max: lastSecond + 20 }),
      skew: fc.constantFrom(0, 0, 0, -7, 3),
      stem: fc.constantFrom(
        'incident',
        'incident_sev1',
        'incident_sev2',
        'incident_sev3',
        'incident_sev4',
        'gain_sev2',
        'maintenance',
        'maintenance_db',
      ),
      places: fc.subarray(['env=prod', 'env=dev', 'service=a', 'service=b'], { maxLength: 2 }),
      suffix: fc.constantFrom('start', 'start', 'detected', 'resolved', 'end'),
      key: fc.constantFrom('', 'incident=1', 'incident=2', 'incident=3'),
      impact: fc.constantFrom('', '', '', 'impact=0', 'impact=25', 'impact=12.5', 'impact=x'),
      origin: fc.constantFrom('', 'origin=self', 'origin=external'),
    }),
    { maxLength: 20 },
  )
  .map((drawn) =>
    drawn.flatMap(({ time, skew, stem, suffix, key, impact, origin, places }, i) => {
      const type = `${stem}_${suffix}`;
      const tags = [key, impact, origin, ...places].filter((tag) => tag !== '');
      const meaning = parseMark(type, tags);
      return meaning === null ? [] : [{ id: i + 1, time: (time + skew) * second, type, tags, meaning }];
    }),
  );

export const range = fc
  .tuple(fc.integer({ min: 0, max: lastSecond }), fc.integer({ min: 0, max: lastSecond }))
  .map(([one, other]) => ({ fromMs: Math.min(one, other) * second, untilMs: Math.max(one, other) * second }));

/** The marks of a span with a severity, up to its end. */
export function sayingMarks(span: Span, marks: readonly Mark[]): Mark[] {
  const own = marks
    .filter(({ id }) => span.marks.some((mark) => mark.id === id))
    .toSorted((a, b) => a.time - b.time || a.id - b.id);
  const start = own.findIndex(({ meaning }) => meaning.role === 'start');
  const end = own.findIndex(({ meaning }, i) => meaning.role === 'end' && i > start);
  return end === -1 ? own : own.slice(0, end + 1);
}

/** The weight of a span in a second: by its last mark until then that has a severity, otherwise by the first. */
export function weightAt(saying: readonly Mark[], timeMs: number): number {
  const said = <T>(of: (mark: Mark) => T | null): T | null => {
    const those = saying.filter((mark) => of(mark) !== null);
    const last = those.filter(({ time }) => time <= timeMs).at(-1) ?? those[0];
    return last === undefined ? null : of(last);
  };
  const impact = said(({ meaning }) => meaning.impact);
  if (impact !== null) return impact / 100;
  const severity = said(({ meaning }) => meaning.severity);
  return severity === null ? 1 : ([1, 0.5, 0.1, 0][severity - 1] as number);
}

/** The weight of a span in each second of a range; zero before its start and after its end. */
export function weightsOf(span: Span, marks: readonly Mark[], { fromMs, untilMs }: Range): number[] {
  const saying = sayingMarks(span, marks);
  const weights: number[] = [];
  for (let at = fromMs; at < untilMs; at += second) {
    const isOn = at >= span.begin && (span.end === null || at < span.end);
    weights.push(isOn ? weightAt(saying, at) : 0);
  }
  return weights;
}

/** A maintenance window with an end, and its place. */
export interface Window {
  readonly fromMs: number;
  readonly untilMs: number;
  readonly places: readonly string[];
}

/** The maintenance windows among spans. */
export function windowsOf(spans: readonly Span[]): Window[] {
  return spans.flatMap(({ type, start, end, tags, problems }) =>
    /^maintenance/.test(type) && start !== null && end !== null && !problems.includes('end_before_start')
      ? [{ fromMs: start, untilMs: end, places: tags.filter((tag) => /^(env|service)=/.test(tag)) }]
      : [],
  );
}

/** Whether an instant is in a window for everything. */
export function isStopped(windows: readonly Window[], atMs: number): boolean {
  return windows.some(
    ({ fromMs, untilMs, places }) => places.length === 0 && fromMs <= atMs && atMs < untilMs,
  );
}

/** Whether a span does not count at an instant: for each key that a window names, it has one of the same values. */
export function isExcused(windows: readonly Window[], { tags }: Span, atMs: number): boolean {
  return windows.some(
    ({ fromMs, untilMs, places }) =>
      fromMs <= atMs &&
      atMs < untilMs &&
      ['env=', 'service='].every((key) => {
        const named = places.filter((place) => place.startsWith(key));
        return named.length === 0 || named.some((place) => tags.includes(place));
      }),
  );
}

const mean = (values: readonly number[]): number | null =>
  values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;

/** Counts the seconds from one instant to another. */
export function count(from: number, until: number): number {
  let seconds = 0;
  for (let at = from; at < until; at += second) seconds++;
  return seconds * second;
}

/** The smallest value such that the given share of all values is not larger, found by trying each. */
function quantile(values: readonly number[], share: number): number | null {
  const enough = values.filter(
    (value) => values.filter((one) => one <= value).length >= share * values.length - 1e-9,
  );
  return enough.length === 0 ? null : Math.min(...enough);
}

export function expectSummary(summary: Summary, values: readonly number[]): void {
  expect(summary.count).toBe(values.length);
  if (summary.meanMs === null) expect(values).toEqual([]);
  else expect(summary.meanMs).toBeCloseTo(mean(values) as number, 3);
  expect(summary.p90Ms).toBe(quantile(values, 0.9));
  if (values.length % 2 === 1) expect(summary.medianMs).toBe(quantile(values, 0.5));
}

/** Every number of a report. */
function numbersOf(part: unknown, path = ''): [string, number][] {
  if (typeof part === 'number') return [[path, part]];
  if (typeof part !== 'object' || part === null) return [];
  return Object.entries(part).flatMap(([name, value]) => numbersOf(value, `${path}.${name}`));
}

export function expectSane(report: Report): void {
  for (const [path, value] of numbersOf(report)) {
    if (!Number.isFinite(value) || (value < 0 && !/fromMs|untilMs/.test(path)))
      throw new Error(`${path} is ${value}`);
    if (/uptime|share|Rate/i.test(path) && value > 1) throw new Error(`${path} is ${value}`);
  }
}
