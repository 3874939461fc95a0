// Finds the period before a range, and the changes of the figures since then. Pure. Defined in `docs/report.md`.

import { calendarSpanAt, eventLimits } from '@anthracite/protocol';
import type { Coverage } from './coverage';
import type { DeliveryFigures } from './delivery';
import type { GainFigures, IncidentFigures } from './incident-figures';
import { lengthOf, type Range } from './intervals';
import { type ReportPeriod, reportPeriods } from './period';

/** The period before a range. */
export interface PreviousRange extends Range {
  /** The unit of two successive calendar periods; null if the period only has the same length. */
  readonly unit: ReportPeriod | null;
}

/** The figures that are compared. */
export interface ComparedFigures {
  readonly incidents: IncidentFigures;
  readonly gains: GainFigures;
  readonly delivery: DeliveryFigures;
}

/** The change of each figure, under the same name; lists of ids are left out. */
export type ChangesOf<T> = {
  readonly [N in keyof T as T[N] extends readonly unknown[] ? never : N]: T[N] extends number | null
    ? number | null
    : ChangesOf<T[N]>;
};

export type Changes = ChangesOf<ComparedFigures>;

/** Figures that do not grow with the time that they cover. They are comparable even if a part of that time has no data. */
const rates: ReadonlySet<string> = new Set([
  ...['uptime', 'weightedUptime', 'share', 'meanMs', 'medianMs', 'p90Ms'],
  ...['deploymentsPerDay', 'changeFailRate', 'deploymentReworkRate'],
]);

/**
 * The period before a range: the previous month, quarter or year if the range is one in this time zone, and otherwise
 * a period of the same length. Null for an empty range.
 */
export function previousRange(range: Range, zone: string): PreviousRange | null {
  const { fromMs, untilMs } = range;
  if (lengthOf(range) === 0) return null;
  const unit =
    reportPeriods.find((one) => {
      const { start, end } = calendarSpanAt(fromMs, one, zone);
      return start === fromMs && end === untilMs;
    }) ?? null;
  const start = unit === null ? fromMs - lengthOf(range) : calendarSpanAt(fromMs - 1, unit, zone).start;
  return { unit, fromMs: Math.max(start, eventLimits.minTimeMs), untilMs: fromMs };
}

/**
 * The change of each figure since the period before: null if one of the two is unknown. Counts and sums of time are
 * also null if a part of the period before has no data.
 */
export function changesOf(
  now: ComparedFigures & { readonly coverage: Coverage },
  before: ComparedFigures & { readonly coverage: Coverage },
  { fromMs }: PreviousRange,
): Changes {
  const isKnown = now.coverage.fromMs !== null && before.coverage.fromMs !== null;
  const isWhole = isKnown && before.coverage.fromMs === fromMs;
  const compare = <T extends object>(figures: T, earlier: T): ChangesOf<T> => {
    const earlierOf = earlier as Readonly<Record<string, unknown>>;
    const changes = Object.entries(figures).flatMap(([name, value]): [string, unknown][] => {
      const other = earlierOf[name];
      if (Array.isArray(value)) return [];
      if (typeof value === 'object' && value !== null) return [[name, compare(value, other as object)]];
      const isComparable = rates.has(name) ? isKnown : isWhole;
      return [[name, isComparable && value !== null && other !== null ? value - (other as number) : null]];
    });
    return Object.fromEntries(changes) as ChangesOf<T>;
  };
  return {
    incidents: compare(now.incidents, before.incidents),
    gains: compare(now.gains, before.gains),
    delivery: compare(now.delivery, before.delivery),
  };
}
