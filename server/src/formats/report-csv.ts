// Writes a report as CSV: one figure per row, for programs and spreadsheets. Times are in milliseconds, shares from 0
// to 1.

import type { Report } from '../report/report';
import { harmless } from './csv';
import { isoInstant } from './instant';

const header = 'part,name,from,until,about,figure,value\r\n';

interface Place {
  readonly part: 'range' | 'severity' | 'origin' | 'type' | 'period';
  readonly name: string;
  readonly fromMs: number;
  readonly untilMs: number;
  /** Whether there is any data for these figures. */
  readonly isKnown: boolean;
  readonly about: 'coverage' | 'incidents' | 'gains' | 'delivery';
}

/** Writes a report. Lists of ids are left out: a cell is a number, or empty when the figure is null. */
export function reportToCsv(report: Report): string {
  const { fromMs, untilMs, coverage, incidents, gains, delivery } = report;
  const range = { fromMs, untilMs, isKnown: coverage.fromMs !== null };
  const whole = { part: 'range', name: '', ...range } as const;
  const rows = [
    ...rowsOf({ ...whole, about: 'coverage' }, coverage),
    ...rowsOf({ ...whole, about: 'incidents' }, incidents),
    ...rowsOf({ ...whole, about: 'gains' }, gains),
    ...rowsOf({ ...whole, about: 'delivery' }, delivery),
    ...(['severity', 'origin', 'type'] as const).flatMap((part) => {
      const parts = { severity: report.bySeverity, origin: report.byOrigin, type: report.byType }[part];
      return parts.flatMap(({ name, figures }) =>
        rowsOf({ part, name, ...range, about: 'incidents' }, figures),
      );
    }),
    ...report.gainsBySeverity.flatMap(({ name, figures }) =>
      rowsOf({ part: 'severity', name, ...range, about: 'gains' }, figures),
    ),
    ...report.byPeriod.flatMap((period) => {
      const place = {
        part: 'period',
        name: period.name,
        fromMs: period.fromMs,
        untilMs: period.untilMs,
        isKnown: period.coverage.fromMs !== null,
      } as const;
      return (['coverage', 'incidents', 'gains', 'delivery'] as const).flatMap((about) =>
        rowsOf({ ...place, about }, period[about]),
      );
    }),
  ];
  return header + rows.join('');
}

function rowsOf({ part, name, fromMs, untilMs, isKnown, about }: Place, figures: object): string[] {
  const place = `${part},${harmless(name)},${isoInstant(fromMs)},${isoInstant(untilMs)},${about}`;
  return figuresOf(figures, '').map(([figure, value]) => {
    const isShown = isKnown || about === 'coverage';
    return `${place},${figure},${isShown ? (value ?? '') : ''}\r\n`;
  });
}

// Nested figures have both names, separated by a dot.
function figuresOf(figures: object, prefix: string): [string, number | null][] {
  return Object.entries(figures).flatMap(([name, value]): [string, number | null][] => {
    if (Array.isArray(value)) return [];
    if (typeof value === 'object' && value !== null) return figuresOf(value, `${prefix}${name}.`);
    return [[prefix + name, value as number | null]];
  });
}
