// Determines the outcome of a run: changed, failed with the reason, or pending changes. Pure.

import { type ChangeItem, formatDuration, isIgnored, safeText } from '@anthracite/protocol/change';
import { runFailureText } from './failure-text';
import type { MappingOptions } from './options';
import type { Log, Report, Resource } from './report';
import { changedItems, failedItems, noopItems, typeItems } from './resource-items';

const maxInterruptionChars = 200;
const maxReasonChars = 300;
/** Maximum number of resources that are joined by number; further ones are only counted. */
const maxConsidered = 20_000;
const interrupted = /^Caught (?:TERM|INT|HUP|QUIT)\b/;

/** The outcome of a run. */
export interface Verdict {
  readonly type: 'puppet' | 'puppet_failed' | 'puppet_noop';
  readonly reason: string;
  readonly what: string;
  /** The error of the run as a whole; `''` if resources failed. */
  readonly why: string;
  readonly items: readonly ChangeItem[];
  readonly total: number;
  readonly time: number | null;
  readonly changed: readonly Resource[];
  readonly failed: readonly Resource[];
}

/** The outcome of a run; null if nothing changed or failed. */
export function judge(report: Report, options: MappingOptions): Verdict | null {
  const counts = ({ type, title }: Resource): boolean => !isIgnored(type, title, options.ignore_resources);
  const changed = report.resources.filter(
    (resource) => resource.isChanged && !resource.isFailed && counts(resource),
  );
  const failed = report.resources.filter(({ isFailed }) => isFailed);
  if (report.cachedCatalogStatus === 'on_failure')
    return judgeCachedCatalog(report, changed, failed, options);
  if (report.status === 'failed') return judgeFailure(report, changed, failed, options);
  if (changed.length > 0) {
    return {
      type: 'puppet',
      reason: '',
      what: `${changed.length} changed${correctiveNote(report, changed)}`,
      why: '',
      ...listOf(options, [], changed),
      time: firstTime(changed, ['success']),
      changed,
      failed,
    };
  }
  return report.isNoopPending ? judgeNoop(report.resources.filter(counts), options) : null;
}

function judgeCachedCatalog(
  report: Report,
  changed: readonly Resource[],
  failed: readonly Resource[],
  options: MappingOptions,
): Verdict {
  const log = firstError(report);
  const applied = [
    ...(failed.length > 0 ? [`${failed.length} failed`] : []),
    changed.length > 0 ? `${changed.length} changed` : 'nothing changed',
  ].join(', ');
  return {
    type: 'puppet_failed',
    reason: 'cached_catalog',
    what: `catalog failed, applied cached catalog (${applied})`,
    why: reasonOf(log, options),
    ...listOf(options, failed, changed),
    time: log?.time ?? firstTime(changed, ['success']),
    changed,
    failed,
  };
}

function judgeFailure(
  report: Report,
  changed: readonly Resource[],
  failed: readonly Resource[],
  options: MappingOptions,
): Verdict {
  const end = report.logs.find(({ message }) => interrupted.test(message));
  const also = changed.length > 0 ? `, ${changed.length} changed` : '';
  const base = { type: 'puppet_failed', changed, failed, ...listOf(options, failed, changed) } as const;
  if (end !== undefined && !report.isCompleted) {
    const seconds = report.totalSeconds ?? secondsBetween(report.time, end.time);
    const how = `${seconds === null ? '' : ` after ${formatDuration(seconds)}`} (${safeText(end.message, maxInterruptionChars)})`;
    return {
      ...base,
      why: '',
      reason: 'interrupted',
      what: `run interrupted${how}${also}`,
      time: end.time,
    };
  }
  if (failed.length > 0) {
    const skipped = report.skipped > 0 ? `, ${report.skipped} skipped` : '';
    return {
      ...base,
      why: '',
      reason: failed.every(({ isFailedToRestart }) => isFailedToRestart) ? 'restart' : 'resource',
      what: `${failed.length} failed${also}${skipped}`,
      time: firstTime(failed, ['failure']),
    };
  }
  const log = firstError(report);
  const isOfCatalog =
    !report.isCompleted &&
    report.resources.length === 0 &&
    /catalog|Evaluation Error|Syntax error/.test(log?.message ?? '');
  return {
    ...base,
    why: reasonOf(log, options),
    reason: isOfCatalog ? 'compile' : 'run',
    what: `${isOfCatalog ? 'catalog' : 'run'} failed${also}`,
    time: log?.time ?? null,
  };
}

function judgeNoop(resources: readonly Resource[], options: MappingOptions): Verdict | null {
  const pending = resources.filter(({ events }) => events.some(({ status }) => status === 'noop'));
  if (pending.length === 0) return null;
  const items = options.show_titles ? noopItems(pending.slice(0, maxConsidered)) : typeItems(pending);
  return {
    type: 'puppet_noop',
    reason: '',
    what: `${pending.length} would change`,
    why: '',
    items: items.slice(0, options.max_resources),
    total: pending.length,
    time: firstTime(pending, ['noop']),
    changed: pending,
    failed: [],
  };
}

function listOf(
  options: MappingOptions,
  failed: readonly Resource[],
  changed: readonly Resource[],
): Pick<Verdict, 'items' | 'total'> {
  const items = options.show_titles
    ? [
        ...failedItems(failed.slice(0, options.max_resources), options.show_output),
        ...changedItems(changed.slice(0, maxConsidered)),
      ]
    : typeItems([...failed, ...changed]);
  return { items: items.slice(0, options.max_resources), total: failed.length + changed.length };
}

function reasonOf(log: Log | undefined, options: MappingOptions): string {
  return log === undefined ? '' : runFailureText(log.message, maxReasonChars, options.show_output);
}

function correctiveNote(report: Report, changed: readonly Resource[]): string {
  const change = kindOfChange(report, changed);
  if (change === 'corrective') return ' (all corrective)';
  return change === 'mixed'
    ? ` (${changed.filter(({ isCorrective }) => isCorrective).length} corrective)`
    : '';
}

/**
 * `intentional`, `corrective` or `mixed`; `''` if unknown. Only an agent knows what it has set before. Refreshes are consequences of
 * other changes, and never corrective.
 */
export function kindOfChange(report: Report, changed: readonly Resource[]): string {
  if (!report.isOfAgent || changed.length === 0) return '';
  const events = changed
    .flatMap((resource) => resource.events)
    .filter(({ status, property }) => ['success', 'noop'].includes(status) && property !== '');
  const corrective = events.filter(({ isCorrective }) => isCorrective).length;
  if (corrective === 0) return 'intentional';
  return corrective === events.length ? 'corrective' : 'mixed';
}

function firstError({ logs }: Report): Log | undefined {
  return logs.find(({ isError, source }) => isError && source !== 'Facter');
}

function firstTime(resources: readonly Resource[], statuses: readonly string[]): number | null {
  let first: number | null = null;
  for (const { events } of resources) {
    for (const { status, time } of events) {
      if (statuses.includes(status) && time !== null && (first === null || time < first)) first = time;
    }
  }
  return first;
}

function secondsBetween(start: number | null, end: number | null): number | null {
  return start === null || end === null || end < start ? null : (end - start) / 1000;
}
