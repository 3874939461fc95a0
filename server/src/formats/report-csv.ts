// Writes a report as CSV: one figure per row, or one period per row, for programs and spreadsheets. Times are in
// milliseconds, shares from 0 to 1.

import type { ErrorBudget } from '../report/error-budget';
import type { RangeFigures, Report } from '../report/report';
import { harmless } from './csv';
import { isoInstant } from './instant';

const header = 'part,name,from,until,about,figure,value\r\n';

interface Place {
  readonly part: 'range' | 'previous' | 'severity' | 'origin' | 'type' | 'service' | 'team' | 'period';
  readonly name: string;
  readonly fromMs: number;
  readonly untilMs: number;
  /** Whether there is any data for these figures. */
  readonly isKnown: boolean;
}

type About = 'coverage' | 'incidents' | 'gains' | 'delivery' | 'errorBudgets' | 'group' | 'changes';

/** Writes a report. Lists of ids are left out: a cell is a number, or empty when the figure is null. */
export function reportToCsv(report: Report): string {
  const { fromMs, untilMs, coverage, previous } = report;
  const range = { fromMs, untilMs, isKnown: coverage.fromMs !== null };
  const rows = [
    ...figureRows({ part: 'range', name: '', ...range }, report),
    ...(previous === null
      ? []
      : [
          ...figureRows({ ...placeOf(previous), part: 'previous', name: '' }, previous),
          ...rowsOf({ ...placeOf(previous), part: 'previous', name: '' }, 'changes', previous.changes),
        ]),
    ...(['severity', 'origin', 'type'] as const).flatMap((part) => {
      const parts = { severity: report.bySeverity, origin: report.byOrigin, type: report.byType }[part];
      return parts.flatMap(({ name, figures }) => rowsOf({ part, name, ...range }, 'incidents', figures));
    }),
    ...(['service', 'team'] as const).flatMap((part) => {
      const groups = { service: report.byService, team: report.byTeam }[part];
      return groups.flatMap(({ kind, name, tag: _, ...figures }) =>
        rowsOf({ part, name: name ?? `(${kind})`, ...range }, 'group', figures),
      );
    }),
    ...report.gainsBySeverity.flatMap(({ name, figures }) =>
      rowsOf({ part: 'severity', name, ...range }, 'gains', figures),
    ),
    ...report.byPeriod.flatMap((period) =>
      figureRows({ ...placeOf(period), part: 'period', name: period.name }, period),
    ),
  ];
  return header + rows.join('');
}

/** Writes the periods of a report, one per row, with a column for each figure. */
export function reportToWideCsv({ byPeriod }: Report): string {
  const rows = byPeriod.map((period) => {
    const { name, fromMs, untilMs } = period;
    const isKnown = period.coverage.fromMs !== null;
    const cells = cellsOf(period).map(({ about, figure, value }) => ({
      head: `${about}.${figure}`,
      text: isKnown || about === 'coverage' ? String(value ?? '') : '',
    }));
    return {
      heads: cells.map(({ head }) => head),
      line: [harmless(name), isoInstant(fromMs), isoInstant(untilMs), ...cells.map(({ text }) => text)],
    };
  });
  const heads = ['name', 'from', 'until', ...(rows[0]?.heads ?? [])];
  return [heads, ...rows.map(({ line }) => line)].map((cells) => `${cells.join(',')}\r\n`).join('');
}

function placeOf(part: RangeFigures & { readonly fromMs: number; readonly untilMs: number }) {
  return { fromMs: part.fromMs, untilMs: part.untilMs, isKnown: part.coverage.fromMs !== null };
}

interface Cell {
  readonly about: About;
  readonly figure: string;
  readonly value: number | null;
}

// All figures of a part of time, in the order of the columns.
function cellsOf({ coverage, incidents, gains, delivery, errorBudgets }: RangeFigures): Cell[] {
  const all = { coverage, incidents, gains, delivery, errorBudgets: budgetsByName(errorBudgets) };
  return (Object.keys(all) as (keyof typeof all)[]).flatMap((about) =>
    figuresOf(all[about], '').map(([figure, value]): Cell => ({ about, figure, value })),
  );
}

function budgetsByName(budgets: readonly ErrorBudget[]): object {
  return Object.fromEntries(budgets.map(({ name, ...figures }) => [name, figures]));
}

function figureRows(place: Place, figures: RangeFigures): string[] {
  return cellsOf(figures).map((cell) => rowOf(place, cell));
}

function rowsOf(place: Place, about: About, figures: object): string[] {
  return figuresOf(figures, '').map(([figure, value]) => rowOf(place, { about, figure, value }));
}

function rowOf({ part, name, fromMs, untilMs, isKnown }: Place, { about, figure, value }: Cell): string {
  const cell = isKnown || about === 'coverage' ? (value ?? '') : '';
  return `${part},${harmless(name)},${isoInstant(fromMs)},${isoInstant(untilMs)},${about},${figure},${cell}\r\n`;
}

// Nested figures have both names, separated by a dot.
function figuresOf(figures: object, prefix: string): [string, number | null][] {
  return Object.entries(figures).flatMap(([name, value]): [string, number | null][] => {
    if (Array.isArray(value)) return [];
    if (typeof value === 'object' && value !== null) return figuresOf(value, `${prefix}${name}.`);
    return [[prefix + name, value as number | null]];
  });
}
