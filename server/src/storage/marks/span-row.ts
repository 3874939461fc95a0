// Converts spans to rows of the database: columns for finding them, and the rest as JSON. Their tags stay with the
// series of their marks.

import type { Origin, Scale, Severity, Span, SpanProblem } from '@anthracite/protocol/core';
import { rolesByCode } from './mark-series';

/** A span as it is kept: without tags, which stay with the series of its marks. */
export interface StoredSpan {
  /** Its list of tags is empty. */
  readonly span: Span;
  /** The series of the mark whose id is the id of the span. */
  readonly series: number;
  /** The series of each of its listed marks. */
  readonly seriesOfMarks: readonly number[];
  /** Characters of the texts of its listed marks' series. */
  readonly chars: number;
}

/** The columns of the table `span`, in this order. */
export const spanColumns = [
  'id',
  'series',
  'begins',
  'ends',
  'scale',
  'severity',
  'origin',
  'mark_count',
  'facts',
] as const;

/** The values of these columns. */
export type SpanRow = readonly [
  id: number,
  series: number,
  begin: number,
  end: number | null,
  scale: number,
  severity: number | null,
  origin: number | null,
  markCount: number,
  facts: string,
];

type LevelRow = readonly [time: number, severity: Severity | null, impact: number | null];
type MarkRow = readonly [id: number, time: number, series: number, role: 0 | 1 | 2 | 3, type: number];
type FactsRow = readonly [
  type: string,
  key: string | null,
  start: number | null,
  detected: number | null,
  impact: number | null,
  problems: readonly SpanProblem[],
  levels: readonly LevelRow[],
  /** The types of its marks, which marks refer to by index. */
  types: readonly string[],
  marks: readonly MarkRow[],
  chars: number,
];

const scales: readonly Scale[] = ['incident', 'gain', 'other'];
const origins: readonly Origin[] = ['self', 'external'];

/** The level of spans that are open: see `levelOf`. */
export const openLevel = 64;

/** The number of a scale in the database. */
export function scaleCode(scale: Scale): number {
  return scales.indexOf(scale);
}

/** The origin of a number. */
export function originOfCode(code: number | null): Origin | null {
  return code === null ? null : (origins[code] as Origin);
}

/**
 * The level of a span groups spans by length: the span is shorter than 2 to the power of its level, in milliseconds. So
 * the spans of a level that last at an instant started within a fixed range before it.
 */
export function levelOf({ begin, end }: Pick<Span, 'begin' | 'end'>): number {
  if (end === null) return openLevel;
  let level = 0;
  while (end - begin >= 2 ** level) level++;
  return level;
}

/** The values of a span's row. */
export function toSpanRow({ span, series, seriesOfMarks, chars }: StoredSpan): SpanRow {
  const types = [...new Set(span.marks.map(({ type }) => type))];
  const facts: FactsRow = [
    span.type,
    span.key,
    span.start,
    span.detected,
    span.impact,
    span.problems,
    span.levels.map(({ time, severity, impact }) => [time, severity, impact]),
    types,
    span.marks.map(({ id, time, type, role }, place) => [
      id,
      time,
      seriesOfMarks[place] as number,
      rolesByCode.indexOf(role) as MarkRow[3],
      types.indexOf(type),
    ]),
    chars,
  ];
  return [
    span.id,
    series,
    span.begin,
    span.end,
    scaleCode(span.scale),
    span.severity,
    span.origin === null ? null : origins.indexOf(span.origin),
    span.markCount,
    JSON.stringify(facts),
  ];
}

const noTags: readonly string[] = [];

/** The span of a row. Its fields are written out: objects made by copying others would be slow to read, and a report reads many. */
export function fromSpanRow([
  id,
  series,
  begin,
  end,
  scale,
  severity,
  origin,
  markCount,
  text,
]: SpanRow): StoredSpan {
  const [type, key, start, detected, impact, problems, levels, types, marks, chars] = JSON.parse(
    text,
  ) as FactsRow;
  const span: Span = {
    id,
    type,
    key,
    tags: noTags,
    scale: scales[scale] as Scale,
    begin,
    start,
    detected,
    end,
    severity: severity as Severity | null,
    impact,
    origin: originOfCode(origin),
    levels: levels.map(([time, levelSeverity, levelImpact]) => ({
      time,
      severity: levelSeverity,
      impact: levelImpact,
    })),
    problems,
    marks: marks.map(([markId, time, , role, place]) => ({
      id: markId,
      time,
      type: types[place] as string,
      role: rolesByCode[role],
    })),
    markCount,
  };
  return { span, series, seriesOfMarks: marks.map(([, , own]) => own), chars };
}
