// From a report to its event, or to none. Pure: the same report gives the same event, whichever way it came.

import {
  type ChangeItem,
  cleanText,
  formatChange,
  formatDuration,
  formatLink,
  isIgnored,
  isWanted,
  matchesGlob,
  safeText,
  toTagWord,
} from '@anthracite/protocol/change';
import { checkEvent, type Event } from '@anthracite/protocol/core';
import { runFailureText } from './failure-text';
import type { MappingOptions } from './options';
import type { Log, Report, Resource } from './report';
import { changedItems, failedItems, noopItems, typeItems } from './resource-items';

/** Why a report gives no event. */
export type SkipReason = 'unchanged' | 'not sent' | 'filtered';

/** What a report comes to. */
export type Mapped =
  | { readonly kind: 'event'; readonly event: Event }
  | { readonly kind: 'skipped'; readonly why: SkipReason }
  | { readonly kind: 'bad'; readonly why: string };

const maxNameChars = 200;
const maxReasonChars = 300;
/** So many resources are looked at for runs of numbered ones; the others are counted. */
const maxConsidered = 1_000;
const interrupted = /^Caught (?:TERM|INT|HUP|QUIT)\b/;

/** What a run came to, before it is put into words. */
interface Verdict {
  readonly type: 'puppet' | 'puppet_failed' | 'puppet_noop';
  readonly reason: string;
  readonly what: string;
  readonly items: readonly ChangeItem[];
  readonly total: number;
  readonly time: number | null;
  readonly changed: readonly Resource[];
}

/** Maps a report. */
export function mapReport(report: Report, options: MappingOptions): Mapped {
  const { host, environment } = report;
  if (!isWanted(host, options.hosts) || !isWanted(environment, options.environments)) {
    return { kind: 'skipped', why: 'filtered' };
  }
  const verdict = judge(report, options);
  if (verdict === null) return { kind: 'skipped', why: 'unchanged' };
  const outcome = { puppet: 'changed', puppet_failed: 'failed', puppet_noop: 'noop' }[verdict.type];
  if (!options.send.includes(outcome)) return { kind: 'skipped', why: 'not sent' };
  const time = verdict.time ?? endOf(report);
  if (time === null) return { kind: 'bad', why: 'it has no time' };
  const event = checkEvent({
    time,
    type: verdict.type,
    tags: tagsOf(report, verdict, options),
    description: describe(report, verdict, options),
  });
  return event.ok ? { kind: 'event', event: event.value } : { kind: 'bad', why: event.problem.message };
}

function judge(report: Report, options: MappingOptions): Verdict | null {
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
      what: `${counted(changed.length, 'changed')}${correctiveNote(report, changed)}${after(report)}`,
      ...listOf(options, [], changed),
      time: firstTime(changed, ['success']),
      changed,
    };
  }
  return report.isNoopPending ? judgeNoop(report, report.resources.filter(counts), options) : null;
}

function judgeCachedCatalog(
  report: Report,
  changed: readonly Resource[],
  failed: readonly Resource[],
  options: MappingOptions,
): Verdict {
  const log = firstError(report);
  const applied = [
    ...(failed.length > 0 ? [counted(failed.length, 'failed')] : []),
    changed.length > 0 ? counted(changed.length, 'changed') : 'nothing changed',
  ].join(', ');
  const why = log === undefined ? '' : `: ${runFailureText(log.message, maxReasonChars)}`;
  return {
    type: 'puppet_failed',
    reason: 'cached_catalog',
    what: `catalog failed, applied cached catalog (${applied})${why}`,
    ...listOf(options, failed, changed),
    time: log?.time ?? firstTime(changed, ['success']),
    changed,
  };
}

function judgeFailure(
  report: Report,
  changed: readonly Resource[],
  failed: readonly Resource[],
  options: MappingOptions,
): Verdict {
  const end = report.logs.find(({ message }) => interrupted.test(message));
  const also = changed.length > 0 ? `, ${counted(changed.length, 'changed')}` : '';
  const base = { type: 'puppet_failed', changed, ...listOf(options, failed, changed) } as const;
  if (end !== undefined && !report.isCompleted) {
    const seconds = report.totalSeconds ?? secondsBetween(report.time, end.time);
    const how = `${seconds === null ? '' : ` after ${formatDuration(seconds)}`} (${safeText(end.message, maxNameChars)})`;
    return { ...base, reason: 'interrupted', what: `run interrupted${how}${also}`, time: end.time };
  }
  if (failed.length > 0) {
    const skipped = report.skipped > 0 ? `, ${counted(report.skipped, 'skipped')}` : '';
    return {
      ...base,
      reason: failed.every(({ isFailedToRestart }) => isFailedToRestart) ? 'restart' : 'resource',
      what: `${counted(failed.length, 'failed')}${also}${skipped}${after(report)}`,
      time: firstTime(failed, ['failure']),
    };
  }
  const log = firstError(report);
  const why = log === undefined ? '' : `: ${runFailureText(log.message, maxReasonChars)}`;
  const isOfCatalog =
    !report.isCompleted &&
    report.resources.length === 0 &&
    /catalog|Evaluation Error|Syntax error/.test(log?.message ?? '');
  return {
    ...base,
    reason: isOfCatalog ? 'compile' : 'run',
    what: `${isOfCatalog ? 'catalog' : 'run'} failed${also}${why}`,
    time: log?.time ?? null,
  };
}

function judgeNoop(report: Report, resources: readonly Resource[], options: MappingOptions): Verdict | null {
  const pending = resources.filter(({ events }) => events.some(({ status }) => status === 'noop'));
  if (pending.length === 0) return null;
  const items = options.show_titles ? noopItems(pending.slice(0, maxConsidered)) : typeItems(pending);
  return {
    type: 'puppet_noop',
    reason: '',
    what: `${pending.length} would change${after(report)}`,
    items: items.slice(0, options.max_resources),
    total: pending.length,
    time: firstTime(pending, ['noop']),
    changed: pending,
  };
}

function listOf(
  options: MappingOptions,
  failed: readonly Resource[],
  changed: readonly Resource[],
): Pick<Verdict, 'items' | 'total'> {
  const items = options.show_titles
    ? [
        ...failedItems(failed.slice(0, options.max_resources)),
        ...changedItems(changed.slice(0, maxConsidered)),
      ]
    : typeItems([...failed, ...changed]);
  return { items: items.slice(0, options.max_resources), total: failed.length + changed.length };
}

const counted = (count: number, what: string): string => `${count} ${what}`;

const after = ({ totalSeconds }: Report): string =>
  totalSeconds === null ? '' : ` in ${formatDuration(totalSeconds)}`;

function correctiveNote(report: Report, changed: readonly Resource[]): string {
  const change = kindOfChange(report, changed);
  if (change === 'corrective') return ' (all corrective)';
  return change === 'mixed'
    ? ` (${changed.filter(({ isCorrective }) => isCorrective).length} corrective)`
    : '';
}

// Only an agent remembers what it has set before, so only it can tell who changed a thing since. Refreshes follow from
// other changes, and are never corrective themselves.
function kindOfChange(report: Report, changed: readonly Resource[]): string {
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

// When nothing tells the moment, the end of the run is it.
function endOf({ time, logs, totalSeconds }: Report): number | null {
  const times = logs.flatMap((log) => log.time ?? []);
  if (times.length > 0) return times.reduce((latest, one) => Math.max(latest, one));
  return time === null ? null : time + Math.floor((totalSeconds ?? 0) * 1000);
}

function secondsBetween(start: number | null, end: number | null): number | null {
  return start === null || end === null || end < start ? null : (end - start) / 1000;
}

function tagsOf(report: Report, { type, reason, changed }: Verdict, options: MappingOptions): string[] {
  const role = report.resources
    .flatMap(({ tags }) => tags)
    .find((tag) => options.role_pattern !== '' && matchesGlob(options.role_pattern, tag));
  const own: [string, string][] = [
    ['host', report.host],
    ['env', report.environment],
    ['version', report.version],
    ['role', role ?? ''],
    ['status', type === 'puppet_noop' ? 'noop' : report.status],
    ['change', kindOfChange(report, changed)],
    ['reason', reason],
    ['tool', 'puppet'],
  ];
  const tags = own.flatMap(([key, value]) => {
    const word = toTagWord(value);
    return word === '' ? [] : [`${key}=${word}`];
  });
  return [...tags, ...options.tags.map(toTagWord).filter((tag) => tag !== '')];
}

function describe(report: Report, { what, items, total }: Verdict, options: MappingOptions): string {
  const { host, environment, version, transaction, status } = report;
  return formatChange(
    {
      host: safeText(host, maxNameChars),
      environment: safeText(environment, maxNameChars),
      version: safeText(version, maxNameChars),
      what,
      items,
      total,
      link: formatLink(options.report_url, {
        h: cleanText(host),
        e: cleanText(environment),
        u: cleanText(transaction),
        c: cleanText(version),
        s: cleanText(status),
      }),
    },
    options.max_length,
  );
}
