// Maps a report to its event, if any, and to the result of the run for its host. Pure.

import {
  cleanText,
  formatChange,
  formatContext,
  formatDuration,
  formatLink,
  formatReference,
  type HostRun,
  isWanted,
  keyOf,
  matchesGlob,
  maxHostChars,
  safeText,
  userTags,
  withoutNumbers,
  wordTags,
} from '@anthracite/protocol/change';
import { checkEvent, type Event } from '@anthracite/protocol/core';
import type { MappingOptions } from './options';
import type { Report, Resource } from './report';
import { wordsOf } from './resource-items';
import { judge, kindOfChange, type Verdict } from './verdict';

/** The reasons why a report has no event, with their texts. `folded`: it repeats a failure that was already sent. */
export const skipReasons = {
  unchanged: 'unchanged',
  not_sent: 'not sent',
  filtered: 'filtered',
  folded: 'repeated failure',
} as const;
export type SkipReason = keyof typeof skipReasons;

/** The result of mapping a report; `run` is the result of the run for its host, null if the report has none. */
export type Mapped =
  | { readonly kind: 'event'; readonly event: Event; readonly run: HostRun | null }
  | { readonly kind: 'skipped'; readonly why: SkipReason; readonly run: HostRun | null }
  | { readonly kind: 'bad'; readonly why: string };

const maxNameChars = 200;

/** Maps a report. */
export function mapReport(report: Report, options: MappingOptions): Mapped {
  const { host, environment } = report;
  if (!isWanted(host, options.hosts) || !isWanted(environment, options.environments)) {
    return { kind: 'skipped', why: 'filtered', run: null };
  }
  const verdict = judge(report, options);
  const run = runOf(report, verdict, options);
  if (verdict === null) return { kind: 'skipped', why: 'unchanged', run };
  const outcome = { puppet: 'changed', puppet_failed: 'failed', puppet_noop: 'noop' }[verdict.type];
  if (!options.send.includes(outcome)) return { kind: 'skipped', why: 'not_sent', run };
  const time = verdict.time ?? endOf(report);
  if (time === null) return { kind: 'bad', why: 'it has no time' };
  const event = checkEvent({
    time,
    type: verdict.type,
    tags: tagsOf(report, verdict, options),
    description: describe(report, verdict, options),
  });
  return event.ok ? { kind: 'event', event: event.value, run } : { kind: 'bad', why: event.problem.message };
}

/** The result of a successful run for its host, which ends its failure. */
export function goodRun(
  {
    host,
    environment,
    status,
    time,
  }: Pick<Report, 'host' | 'environment' | 'status'> & { readonly time: number },
  options: MappingOptions,
): HostRun {
  const tags = wordTags([
    ['host', host],
    ['env', environment],
    ['status', status],
    ['tool', 'puppet'],
  ]);
  return { tool: 'puppet', host, time, failure: null, tags: [...tags, ...userTags(options.tags)] };
}

// A noop run is not a result for its host.
function runOf(report: Report, verdict: Verdict | null, options: MappingOptions): HostRun | null {
  const time = report.time ?? endOf(report);
  if (report.isNoop || time === null) return null;
  const run = goodRun({ ...report, time }, options);
  return verdict?.type === 'puppet_failed' ? { ...run, failure: failureKey(report, verdict) } : run;
}

function failureKey({ host }: Report, { reason, why, failed }: Verdict): string {
  const failures = failed.map(({ type, title, events }) => {
    const message = events.find(({ status }) => status === 'failure')?.message ?? '';
    return `${formatReference(type, title)} ${withoutNumbers(message)}`;
  });
  return keyOf([reason, withoutNumbers(why), ...failures], host);
}

// Without a version of the code, equal changes on many hosts get the same key.
function changeKey(report: Report, changed: readonly Resource[]): string {
  const parts = (resources: readonly Resource[]): string[] =>
    resources.map(
      ({ type, title, events }) =>
        `${formatReference(type, title)} ${[...wordsOf(events, 'success'), ...wordsOf(events, 'noop')].join('+')}`,
    );
  // A refresh is a consequence of other changes, so it counts only if there is nothing else.
  const own = changed.filter(({ events }) => events.some(({ property }) => property !== ''));
  const list = parts(own.length > 0 ? own : changed);
  return list.length === 0 ? '' : `changes-${keyOf([kindOfChange(report, changed), ...list], report.host)}`;
}

// The time of the event if no resource or log has one: the end of the run.
function endOf({ time, logs, totalSeconds }: Report): number | null {
  const times = logs.flatMap((log) => log.time ?? []);
  if (times.length > 0) return times.reduce((latest, one) => Math.max(latest, one));
  return time === null ? null : time + Math.floor((totalSeconds ?? 0) * 1000);
}

function tagsOf(report: Report, { type, reason, changed }: Verdict, options: MappingOptions): string[] {
  const role = report.resources
    .flatMap(({ tags }) => tags)
    .find((tag) => options.role_pattern !== '' && matchesGlob(options.role_pattern, tag));
  const isFailure = type === 'puppet_failed';
  const own = wordTags([
    ['host', report.host],
    ['env', report.environment],
    ['version', report.version !== '' || isFailure ? report.version : changeKey(report, changed)],
    ['role', role ?? ''],
    ['status', type === 'puppet_noop' ? 'noop' : report.status],
    ['change', kindOfChange(report, changed)],
    ['reason', reason],
    ['tool', 'puppet'],
  ]);
  return [...own, ...userTags(options.tags)];
}

function describe(report: Report, verdict: Verdict, options: MappingOptions): string {
  const { host, environment, version, transaction, status, totalSeconds } = report;
  const { what, why, items, total } = verdict;
  return formatChange(
    {
      host: safeText(host, maxHostChars),
      what,
      why,
      details: why,
      items,
      total,
      context: formatContext(
        safeText(environment, maxNameChars),
        safeText(version, maxNameChars),
        totalSeconds === null ? '' : formatDuration(totalSeconds),
      ),
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
