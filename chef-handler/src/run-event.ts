// Maps a Chef run to its event: time, type, tags and description. Pure.
//
//     1795333930 chef;host=web01;env=production;version=webapp@1.4.2;status=changed;tool=chef "web01: 2 changed: ..."
//
// The gem produces the same bytes: see gem/lib/chef_handler/anthracite/run_event.rb. test/golden checks both.

import { checkEvent, type Event } from '@anthracite/protocol';
import {
  type ChangeItem,
  formatChange,
  formatContext,
  formatDuration,
  formatLink,
  type HostRun,
  isWanted,
  keyOf,
  maxHostChars,
  safeText,
  toTagWord,
  userTags,
  withoutNumbers,
  wordTags,
} from '@anthracite/protocol/change';
import { explanationText, failureText, firstLine } from './failure-text';
import { defaultMappingOptions, type MappingOptions } from './options';
import {
  changesOf,
  describeReference,
  describeResources,
  maxWhereChars,
  type ResourceChange,
} from './resource-changes';
import type { ResourceAction, Run, RunError } from './run-message';

// Chef's names for a missing organization.
const noOrganizations = new Set(['', 'chef_solo', 'cinc_solo', 'unknown_organization']);
const maxRoles = 16;
// The part of the digest that people usually quote.
const revisionForm = /^[A-Za-z0-9._-]{1,12}/;

/** The event of a run (null if it needs no event), and the result of the run for its host. */
export interface MappedRun {
  readonly event: Event | null;
  /** Null if the run is excluded. */
  readonly run: HostRun | null;
}

/** Maps a run. */
export function mapRun(run: Run, options: MappingOptions = defaultMappingOptions): MappedRun {
  const nothing: MappedRun = { event: null, run: null };
  // A run that failed before its node was known is always reported.
  if (run.host !== '' && !isWanted(run.host, options.hosts)) return nothing;
  if (run.environment !== '' && !isWanted(run.environment, options.environments)) return nothing;
  const changes = changesOf(run.resources, options.ignore_resources);
  const kind = run.isSuccess ? 'changed' : 'failed';
  const failure = run.error && failureOf(run, run.error, options);
  const ownTags = userTags(options.tags);
  const hostRun: HostRun = {
    tool: 'chef',
    host: run.host,
    time: run.start * 1000,
    failure: failure && keyOf([run.error?.class ?? '', ...failure.parts], run.host),
    tags: [
      ...wordTags([
        ['host', run.host],
        ['env', run.environment],
        ['status', changes.length > 0 ? 'changed' : 'unchanged'],
        ['tool', 'chef'],
      ]),
      ...ownTags,
    ],
  };
  // A run without a host name cannot be followed.
  const known = run.host === '' ? null : hostRun;
  if (!options.send.includes(kind) || (kind === 'changed' && changes.length === 0)) {
    return { event: null, run: known };
  }
  const version = versionOf(run, failure?.resource ? [failure.resource] : changes.map(({ first }) => first));
  const key = version === '' && run.isSuccess ? changeKey(run, changes) : version;
  const event = checkEvent({
    // A change must not be shown after its effects.
    time: (run.isSuccess ? run.start : run.end) * 1000,
    type: run.isSuccess ? 'chef' : 'chef_failed',
    tags: [...tagsOf(run, kind, key), ...ownTags],
    description: describe(run, kind, version, failure, changes, options),
  });
  return { event: event.ok ? event.value : null, run: known };
}

function describe(
  run: Run,
  kind: string,
  version: string,
  failure: Failure | null,
  changes: readonly ResourceChange[],
  options: MappingOptions,
): string {
  const changed = describeResources(changes, options.show_titles);
  const items = failure === null ? changed : [...failure.items, ...changed];
  return formatChange(
    {
      host: safeText(run.host, maxHostChars),
      what: failure === null ? summarizeChanges(run, changes) : summarizeFailure(run, failure, changes),
      why: failure?.why ?? '',
      details: failure?.details ?? '',
      items: items.slice(0, options.max_resources),
      total: items.reduce((sum, { count }) => sum + count, 0),
      context: formatContext(
        safeText(run.environment, maxWhereChars),
        version,
        secondsTaken(run.end - run.start),
      ),
      link: linkOf(run, kind, options),
    },
    options.max_length,
  );
}

/** A failure of a run. */
interface Failure {
  /** The phase of the run; `''` if a resource failed. */
  readonly phase: string;
  readonly resource: ResourceAction | null;
  /** The reason, short and full; `''` if a resource failed, because its item has the reason. */
  readonly why: string;
  readonly details: string;
  /** The failed resource, or the items of the phase. */
  readonly items: readonly ChangeItem[];
  /** The parts that are equal for equal failures. */
  readonly parts: readonly string[];
}

function failureOf(run: Run, error: RunError, options: MappingOptions): Failure {
  const failed = run.resources.filter(
    ({ status, isFailureIgnored }) => status === 'failed' && !isFailureIgnored,
  );
  // If a nested resource fails, the outer resources fail too. The innermost comes first, and the run's message ends with its message.
  const resource =
    failed.find(({ errorMessage }) => errorMessage !== '' && error.message.endsWith(errorMessage)) ??
    failed[0] ??
    null;
  if (resource) return resourceFailure(resource, options);
  const message = failureText(`${error.class}: ${firstLine(error.message)}`);
  const parts = [withoutNumbers(message)];
  if (!run.hasNode) return earlyFailure('before its node was known', error, message, []);
  if (!run.hasCookbooks) {
    const items = run.runList.map((item) => ({ text: safeText(item, maxWhereChars), count: 1 }));
    return earlyFailure('before its cookbooks were loaded', error, message, items);
  }
  const isStarted = run.resources.some(({ status }) => status !== 'unprocessed');
  const phase = isStarted ? '' : 'before its first resource';
  return { phase, resource, why: message, details: message, items: [], parts };
}

function resourceFailure(resource: ResourceAction, { show_titles }: MappingOptions): Failure {
  const short = `${describeReference(resource, show_titles)} ${safeText(resource.action, maxWhereChars)}`;
  const message = failureText(firstLine(resource.errorMessage));
  const text = [short, placeOf(resource), ...(show_titles ? [message] : [])].filter((part) => part !== '');
  return {
    phase: '',
    resource,
    why: '',
    details: '',
    items: [{ text: text.join(' '), count: 1, short }],
    parts: [short, withoutNumbers(message)],
  };
}

// Before the cookbooks are loaded, the message is from an HTTP client; Chef's explanation names the cause.
function earlyFailure(
  phase: string,
  { description }: RunError,
  message: string,
  items: readonly ChangeItem[],
): Failure {
  const text = explanationText(description.text);
  const heading = explanationText([description.title, description.heading].join(' '));
  const isExplained = text !== '';
  return {
    phase,
    resource: null,
    why: isExplained ? text : message,
    details: isExplained ? `${heading} ${text}` : message,
    items,
    parts: [withoutNumbers(isExplained ? text : message)],
  };
}

function placeOf({ cookbook, recipe }: ResourceAction): string {
  if (cookbook === '') return '';
  return `(${safeText(recipe === '' ? cookbook : `${cookbook}::${recipe}`, maxWhereChars)})`;
}

function summarizeChanges({ resources }: Run, changes: readonly ResourceChange[]): string {
  const ignored = resources.filter((resource) => resource.status === 'failed').length;
  return `${changes.length} changed${ignored > 0 ? `, ${ignored} failed and ignored` : ''}`;
}

function summarizeFailure(
  { resources }: Run,
  { phase }: Failure,
  changes: readonly ResourceChange[],
): string {
  const counts = [
    [changes.length, 'changed'],
    [resources.filter(({ status }) => status === 'unprocessed').length, 'not run'],
  ] as const;
  const parts = counts.flatMap(([count, word]) => (count > 0 ? [`${count} ${word}`] : []));
  return [phase === '' ? 'failed' : `failed ${phase}`, ...parts].join(', ');
}

// A run of several cookbooks has no version, so equal changes on many hosts get the same key.
function changeKey({ host }: Run, changes: readonly ResourceChange[]): string {
  const parts = changes.map(({ first, actions }) => `${describeReference(first, true)} ${actions.join('+')}`);
  return parts.length === 0 ? '' : `changes-${keyOf(parts, host)}`;
}

// Chef's times are whole seconds.
function secondsTaken(seconds: number): string {
  if (seconds < 1) return '<1s';
  return seconds < 10 ? `${seconds}s` : formatDuration(seconds);
}

// The revision of the policy, or the cookbook if all described resources are from one cookbook.
function versionOf({ policyRevision }: Run, resources: readonly ResourceAction[]): string {
  const revision = revisionForm.exec(policyRevision)?.[0];
  if (revision !== undefined) return revision;
  const cookbooks = new Set(
    resources.flatMap(({ cookbook, cookbookVersion }) =>
      cookbook === '' ? [] : [`${cookbook}@${cookbookVersion}`],
    ),
  );
  const [only] = cookbooks;
  return cookbooks.size === 1 && only !== undefined ? toTagWord(only) : '';
}

function tagsOf(run: Run, kind: string, version: string): string[] {
  const roles = run.runList.flatMap((item) => /^role\[([^\]]+)\]$/.exec(item)?.[1] ?? []);
  const pairs: (readonly [string, string])[] = [
    ['host', run.host],
    ['env', run.environment],
    ['version', version],
    ...[...new Set(roles)].slice(0, maxRoles).map((role) => ['role', role] as const),
    ['policy', run.policy],
    ['policy_group', run.policyGroup],
    ['org', noOrganizations.has(run.organization) ? '' : run.organization],
    ['status', kind],
    ['reason', run.error?.class ?? ''],
    ['tool', 'chef'],
  ];
  return wordTags(pairs);
}

function linkOf(run: Run, kind: string, { report_url }: MappingOptions): string {
  if (report_url === '') return '';
  return formatLink(report_url, {
    h: run.host,
    e: run.environment,
    n: run.nodeUuid,
    u: run.id,
    s: kind,
  });
}
