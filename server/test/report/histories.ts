// Histories of odd marks, and what counting second by second gives of them.

import { type Mark, parseMark, type Span } from '@anthracite/protocol';
import fc from 'fast-check';
import type { Report } from '../../src/report/report';
import type { Summary } from '../../src/report/summary';

export const second = 1_000;
export const lastSecond = 120;

/** Marks of few incidents within two minutes: doubled, missing, overlapping, out of order, by clocks that differ. */
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
      ),
      suffix: fc.constantFrom('start', 'start', 'detected', 'resolved', 'end'),
      key: fc.constantFrom('', 'incident=1', 'incident=2', 'incident=3'),
      impact: fc.constantFrom('', '', '', 'impact=0', 'impact=25', 'impact=12.5', 'impact=x'),
      origin: fc.constantFrom('', 'origin=self', 'origin=external'),
    }),
    { maxLength: 20 },
  )
  .map((drawn) =>
    drawn.flatMap(({ time, skew, stem, suffix, key, impact, origin }, i) => {
      const type = `${stem}_${suffix}`;
      const tags = [key, impact, origin].filter((tag) => tag !== '');
      const meaning = parseMark(type, tags);
      return meaning === null ? [] : [{ id: i + 1, time: (time + skew) * second, type, tags, meaning }];
    }),
  );

export const range = fc
  .tuple(fc.integer({ min: 0, max: lastSecond }), fc.integer({ min: 0, max: lastSecond }))
  .map(([one, other]) => ({ fromMs: Math.min(one, other) * second, untilMs: Math.max(one, other) * second }));

/** The marks of a span that say how grave it is: up to the end that ends it. */
export function sayingMarks(span: Span, marks: readonly Mark[]): Mark[] {
  const own = marks
    .filter(({ id }) => span.marks.some((mark) => mark.id === id))
    .toSorted((a, b) => a.time - b.time || a.id - b.id);
  const start = own.findIndex(({ meaning }) => meaning.role === 'start');
  const end = own.findIndex(({ meaning }, i) => meaning.role === 'end' && i > start);
  return end === -1 ? own : own.slice(0, end + 1);
}

/** What a span weighs in a second: by the last of its marks until then that says so, or else the first. */
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

/** What a span weighs in each second of a range; nothing before it begins and when it is over. */
export function weightsOf(span: Span, marks: readonly Mark[], { fromMs, untilMs }: Report): number[] {
  const saying = sayingMarks(span, marks);
  const weights: number[] = [];
  for (let at = fromMs; at < untilMs; at += second) {
    const isOn = at >= span.begin && (span.end === null || at < span.end);
    weights.push(isOn ? weightAt(saying, at) : 0);
  }
  return weights;
}

const mean = (values: readonly number[]): number | null =>
  values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;

/** How many seconds there are from one instant to another, counted. */
export function count(from: number, until: number): number {
  let seconds = 0;
  for (let at = from; at < until; at += second) seconds++;
  return seconds * second;
}

/** A value of which at least a share of all is not larger, and no smaller one has that: found by trying each. */
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
