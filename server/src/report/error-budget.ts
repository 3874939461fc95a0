// Computes error budgets: the downtime that a target for the uptime allows. Pure. Defined in `docs/report.md`.

import { type Coverage, countedMs } from './coverage';

/** A target for the uptime of all incidents, or of those of one severity. */
export interface UptimeTarget {
  readonly name: TargetName;
  /** In percent: above 0, below 100. */
  readonly percent: number;
}

export const targetNames = ['all', 'sev1', 'sev2', 'sev3', 'sev4'] as const;
type TargetName = (typeof targetNames)[number];

/** An error budget. Times in milliseconds. */
export interface ErrorBudget {
  readonly name: TargetName;
  /** The target, from 0 to 1. */
  readonly target: number;
  /** The downtime that the target allows in the time that counts. */
  readonly budgetMs: number;
  /** The downtime of the incidents. */
  readonly usedMs: number;
  /** Negative when the budget is exceeded. */
  readonly leftMs: number;
  /** The share of the budget that is left, negative when it is exceeded; null without data. */
  readonly left: number | null;
}

const targetForm = /^(?:(sev[1-4])=)?(\d{1,2}(?:\.\d{1,6})?)$/;

/** Reads a target such as `99.5` or `sev1=99.9`; null when it is invalid. */
export function parseUptimeTarget(text: string): UptimeTarget | null {
  const [, name = 'all', number] = targetForm.exec(text) ?? [];
  const percent = Number(number);
  return percent > 0 ? { name: name as TargetName, percent } : null;
}

/** The targets of a setting whose items were checked; the last target of a name counts. */
export function readUptimeTargets(items: readonly string[]): UptimeTarget[] {
  const targets = items.flatMap((item) => parseUptimeTarget(item) ?? []);
  return targetNames.flatMap((name) => targets.findLast((target) => target.name === name) ?? []);
}

/** The error budget of a part of a range, given the downtime of the incidents of its target. */
export function errorBudgetOf(
  { name, percent }: UptimeTarget,
  coverage: Coverage,
  usedMs: number,
): ErrorBudget {
  const budgetMs = Math.round((countedMs(coverage) * (100 - percent)) / 100);
  const leftMs = budgetMs - usedMs;
  return {
    name,
    target: Number((percent / 100).toFixed(8)),
    budgetMs,
    usedMs,
    leftMs,
    left: budgetMs === 0 ? null : leftMs / budgetMs,
  };
}
