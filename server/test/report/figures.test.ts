// Figures of incidents and gains, maintenance and periods at their edges.

import type { Span } from '@anthracite/protocol';
import { affectedTime, isFelt, shareLeft } from '../../src/report/affected-time';
import {
  coverageOf,
  isMaintenance,
  knownPart,
  noMaintenance,
  readMaintenance,
} from '../../src/report/coverage';
import {
  gainFigures,
  incidentFigures,
  reachesInto,
  timeToDetect,
  timeToResolve,
  timeToRestore,
} from '../../src/report/incident-figures';
import { periodsOf } from '../../src/report/period';
import { createReport, reportReach } from '../../src/report/report';
import { plainInput } from './histories';
import { spanFrom } from './spans';

const range = { fromMs: 100, untilMs: 200 };
const spanOf = (begin: number, end: number | null, stem = 'incident', ...tags: string[]): Span =>
  spanFrom(
    [begin, `${stem}_start`, ...tags],
    ...(end === null ? [] : [[end, `${stem}_end`, ...tags] as const]),
  );

test.each([
  [50, 99, false],
  [50, 100, true],
  [199, 300, true],
  [200, 300, false],
  [120, null, true],
  [200, null, false],
  [120, 120, true],
])('decides for a span from %p to %p whether it overlaps a range: %s', (begin, end, expected) => {
  expect(reachesInto({ ...spanOf(0, null), begin, end }, range)).toBe(expected);
  expect(incidentFigures([{ ...spanOf(0, null), begin, end }], range, noMaintenance).spans).toHaveLength(
    expected ? 1 : 0,
  );
});

test.each([
  [50, 199, 0, 0],
  [100, 200, 1, 1],
  [199, null, 1, 1],
  [200, null, 0, 0],
  [50, 200, 0, 1],
])(
  'counts for a span from %p to %p %d starts in the range and %d open at its end',
  (begin, end, count, open) => {
    const span = { ...spanOf(0, null), begin, end };
    expect(incidentFigures([span], range, noMaintenance)).toMatchObject({ count, open });
    expect(gainFigures([span], range)).toMatchObject({ count, open });
  },
);

test('needs both marks, in order, for the times of an incident', () => {
  const marked = { ...spanOf(100, 200), start: 100, detected: 130 };
  expect([timeToDetect(marked), timeToResolve(marked), timeToRestore(marked)]).toEqual([[30], [100], [70]]);
  const early = { ...marked, detected: 90 };
  expect([timeToDetect(early), timeToRestore(early)]).toEqual([[0], [100]]);
  expect([timeToDetect({ ...marked, start: null }), timeToResolve({ ...marked, start: null })]).toEqual([
    [],
    [],
  ]);
  expect(timeToDetect({ ...marked, detected: null })).toEqual([]);
  expect(timeToRestore({ ...marked, detected: null })).toEqual([]);
  expect([timeToResolve({ ...marked, end: null }), timeToRestore({ ...marked, end: null })]).toEqual([
    [],
    [],
  ]);
  expect([timeToRestore({ ...marked, detected: 200 }), timeToRestore({ ...marked, detected: 201 })]).toEqual([
    [0],
    [],
  ]);
  const none = { ...marked, end: 100 };
  expect(timeToResolve(none)).toEqual([0]);
  expect(timeToResolve({ ...none, problems: ['end_before_start'] })).toEqual([]);
  expect(timeToResolve({ ...marked, problems: ['end_before_start'] })).toEqual([100]);
});

test('reports the duration of gains and their share of the range', () => {
  const figures = gainFigures(
    [spanOf(110, 130, 'gain'), spanOf(150, null, 'gain'), spanOf(0, 10, 'gain')],
    range,
  );
  expect(figures).toMatchObject({
    count: 2,
    open: 1,
    gainMs: 70,
    share: 0.7,
    duration: { count: 1, meanMs: 20 },
  });
  expect(gainFigures([], { fromMs: 5, untilMs: 5 }).share).toBeNull();
  expect(gainFigures([spanOf(0, null, 'gain')], range).share).toBe(1);
});

test('lists marks that do not fit, but not a span that was opened again', () => {
  const odd: Span = { ...spanOf(110, 120), id: 7, problems: ['reopened', 'end_before_start'] };
  const reopened: Span = { ...spanOf(110, 120), id: 8, problems: ['reopened'] };
  const outside: Span = { ...odd, id: 9, begin: 300, end: 310 };
  expect(incidentFigures([odd, reopened, outside], range, noMaintenance)).toMatchObject({
    oddMarks: 1,
    oddMarkIds: [7],
    spans: [7, 8],
  });
});

test('measures gaps between failures from start to start, in order of time', () => {
  const spans = [150, 110, 120].map((at) => spanOf(at, at + 1));
  expect(incidentFigures(spans, range, noMaintenance).timeBetweenFailures).toEqual({
    count: 2,
    meanMs: 20,
    medianMs: 20,
    p90Ms: 30,
  });
});

test('gives a share between 0 and 1, and no share of an empty time', () => {
  expect([
    shareLeft(25, 100),
    shareLeft(0, 100),
    shareLeft(100, 100),
    shareLeft(150, 100),
    shareLeft(-5, 100),
  ]).toEqual([0.75, 1, 0, 0, 1]);
  expect(shareLeft(0, 0)).toBeNull();
});

test.each([
  ['incident_sev1', [], 100, true],
  ['incident_sev2', [], 50, true],
  ['incident_sev3', [], 10, true],
  ['incident_sev4', [], 0, false],
  ['incident', [], 100, true],
  ['incident_sev4', ['impact=25'], 25, true],
  ['incident_sev1', ['impact=0'], 0, false],
  ['incident', ['impact=12.5'], 12.5, true],
])('weighs %s with %j for 100 ms as %d', (stem, tags, weightedMs, isWeighed) => {
  const span = spanOf(50, 300, stem, ...tags);
  expect(affectedTime([span], range).weightedMs).toBeCloseTo(weightedMs, 9);
  expect(affectedTime([span], range).ms).toBe(isWeighed ? 100 : 0);
  expect(isFelt(span)).toBe(isWeighed);
});

test('counts overlapping spans once, by the highest severity', () => {
  const spans = [
    spanOf(100, 160, 'incident_sev3'),
    spanOf(120, 140, 'incident_sev1'),
    spanOf(130, 180, 'incident_sev2'),
  ];
  // 20 at a tenth, 20 full, 40 at a half.
  expect(affectedTime(spans, range)).toEqual({ ms: 80, weightedMs: 2 + 20 + 20 });
  expect(affectedTime([...spans].reverse(), range)).toEqual({ ms: 80, weightedMs: 42 });
  expect(affectedTime([spanOf(110, 120), spanOf(120, 130), spanOf(150, 160)], range).ms).toBe(30);
  expect(affectedTime([spanOf(0, 100), spanOf(200, 300)], range).ms).toBe(0);
});

test('does not count the excused time of a span', () => {
  const excuse = () => [
    { fromMs: 110, untilMs: 120 },
    { fromMs: 190, untilMs: 250 },
  ];
  expect(affectedTime([spanOf(0, null)], range, excuse).ms).toBe(80);
});

test.each([
  ['maintenance', true],
  ['maintenance_db', true],
  ['maintenances', false],
  ['my_maintenance', false],
])('decides whether a span of the type %s is maintenance: %s', (type, expected) => {
  expect(isMaintenance({ type })).toBe(expected);
});

describe('maintenance', () => {
  const inAll = spanOf(110, 120, 'maintenance', 'span=1');
  const inProd = spanOf(130, 140, 'maintenance', 'span=2', 'env=prod');
  const moreInProd = spanOf(150, 160, 'maintenance', 'span=3', 'env=prod');
  const { everywhere, excuseOf, ignored } = readMaintenance([
    inProd,
    inAll,
    moreInProd,
    spanOf(170, null, 'maintenance', 'span=4'),
  ]);

  test('is left out for everything, or for its place only', () => {
    expect(everywhere).toEqual([{ fromMs: 110, untilMs: 120 }]);
    expect(excuseOf(spanOf(0, null))).toEqual(everywhere);
    expect(excuseOf(spanOf(0, null, 'incident', 'env=dev'))).toEqual(everywhere);
    const all = [110, 130, 150].map((fromMs) => ({ fromMs, untilMs: fromMs + 10 }));
    for (let i = 0; i < 2; i++) expect(excuseOf(spanOf(0, null, 'incident', 'env=prod'))).toEqual(all);
  });

  test('is ignored without an end, and counted where it overlaps the range', () => {
    expect(ignored).toHaveLength(1);
    const countIn = (fromMs: number, untilMs: number): number =>
      coverageOf({ fromMs, untilMs }, { everywhere, excuseOf, ignored }).maintenanceIgnored;
    expect([countIn(100, 170), countIn(100, 171), countIn(500, 600)]).toEqual([0, 1, 1]);
    const over = [{ ...spanOf(0, null), begin: 50, end: 100 }];
    expect(coverageOf(range, { everywhere, excuseOf, ignored: over }).maintenanceIgnored).toBe(1);
    expect(
      coverageOf({ ...range, fromMs: 101 }, { everywhere, excuseOf, ignored: over }).maintenanceIgnored,
    ).toBe(0);
  });

  test('is ignored when it ends before it starts or has no start', () => {
    const backward: Span = { ...inAll, problems: ['end_before_start'] };
    const found = readMaintenance([backward, { ...inAll, start: null }]);
    expect([found.everywhere, found.ignored.length]).toEqual([[], 2]);
  });

  test('reduces the counted time', () => {
    expect(coverageOf(range, { everywhere, excuseOf, ignored: [] })).toEqual({
      fromMs: 100,
      knownMs: 100,
      maintenanceMs: 10,
      maintenanceIgnored: 0,
    });
    const figures = incidentFigures([spanOf(120, 165)], range, { everywhere, excuseOf, ignored: [] });
    expect(figures).toMatchObject({ downMs: 45, uptime: 0.5 });
  });
});

test('starts the known time with the data', () => {
  expect(knownPart(range, null)).toEqual({ fromMs: 200, untilMs: 200 });
  expect(knownPart(range, 50)).toEqual(range);
  expect(knownPart(range, 150)).toEqual({ fromMs: 150, untilMs: 200 });
  expect(coverageOf(knownPart(range, 250), noMaintenance)).toMatchObject({ fromMs: null, knownMs: 0 });
  expect(noMaintenance.excuseOf(spanOf(0, null))).toEqual([]);
});

const utc = (year: number, month: number, day = 1): number => Date.UTC(year, month - 1, day);

test.each([
  ['month', ['2025-12', '2026-01', '2026-02']],
  ['quarter', ['2025-Q4', '2026-Q1']],
  ['year', ['2025', '2026']],
] as const)('splits a range by %s into the parts %j', (period, names) => {
  const asked = { fromMs: utc(2025, 12, 15), untilMs: utc(2026, 2, 10) };
  const parts = periodsOf(asked, period, 'UTC', 100);
  expect(parts.map(({ name }) => name)).toEqual(names);
  expect([parts[0]?.fromMs, parts.at(-1)?.untilMs]).toEqual([asked.fromMs, asked.untilMs]);
  for (const [i, part] of parts.slice(1).entries()) expect(part.fromMs).toBe(parts[i]?.untilMs);
});

test('gives no empty part for a range that ends with a month, and no more parts than the maximum', () => {
  const year = { fromMs: utc(2026, 1), untilMs: utc(2027, 1) };
  expect(periodsOf(year, 'month', 'UTC', 100)).toHaveLength(12);
  expect(periodsOf(year, 'month', 'UTC', 5)).toHaveLength(5);
  expect(periodsOf(year, 'quarter', 'UTC', 100).map(({ name }) => name)).toEqual([
    '2026-Q1',
    '2026-Q2',
    '2026-Q3',
    '2026-Q4',
  ]);
  expect(periodsOf({ fromMs: utc(2026, 1), untilMs: utc(2026, 1) }, 'month', 'UTC', 5)).toEqual([]);
});

test('reads deployments from 37 days before the range to 7 days after it', () => {
  const day = 86_400_000;
  const { deploys, spans } = reportReach({ fromMs: 100 * day, untilMs: 130 * day }, 3_600_000);
  expect(deploys).toEqual({ fromMs: 63 * day, untilMs: 137 * day });
  expect(spans).toEqual({ fromMs: 93 * day, untilMs: 130 * day + 3_600_000 });
});

test('gives the parts of a report their spans, by severity, origin and type', () => {
  const spans = [
    spanOf(110, 120, 'incident_sev2', 'incident=1', 'origin=self'),
    spanOf(130, 150, 'incident', 'incident=2'),
    spanOf(0, 50, 'incident_sev4_old', 'incident=3', 'origin=external'),
    spanOf(160, null, 'gain_sev3', 'gain=4'),
  ].map((span, i) => ({ ...span, id: i + 1 }));
  const periods = [
    { name: 'first', fromMs: 100, untilMs: 125 },
    { name: 'second', fromMs: 125, untilMs: 200 },
  ];
  const report = createReport({ ...plainInput, spans, range, periods });
  const idsOf = (parts: readonly { name: string; figures: { spans: readonly number[] } }[]) =>
    Object.fromEntries(parts.map(({ name, figures }) => [name, figures.spans]));
  expect(idsOf(report.bySeverity)).toEqual({ sev1: [], sev2: [1], sev3: [], sev4: [], none: [2] });
  expect(idsOf(report.byOrigin)).toEqual({ self: [1], external: [], unknown: [2] });
  expect(idsOf(report.byType)).toEqual({ incident: [2], incident_sev2: [1] });
  expect(idsOf(report.gainsBySeverity)).toEqual({ sev1: [], sev2: [], sev3: [4], sev4: [], none: [] });
  expect(
    report.byPeriod.map(({ name, incidents, gains, coverage }) => [
      name,
      incidents.spans,
      gains.spans,
      coverage.knownMs,
    ]),
  ).toEqual([
    ['first', [1], [], 25],
    ['second', [2], [4], 75],
  ]);
  expect([report.fromMs, report.untilMs, report.incidents.spans, report.gains.spans]).toEqual([
    100,
    200,
    [1, 2],
    [4],
  ]);
  const late = createReport({ ...plainInput, spans, range, periods, dataFromMs: 140 });
  expect(late.byPeriod.map(({ coverage }) => [coverage.fromMs, coverage.knownMs])).toEqual([
    [null, 0],
    [140, 60],
  ]);
});
