// Makes an event of a Chef run: which type, when, with which tags, and how it is told. Pure.
//
//     1795333930 chef;host=web01;env=production;status=changed "web01 production webapp@1.4.2: 2 changed in 3s: ..."
//
// The gem does the same, to the byte: see gem/lib/chef_handler_anthracite/run_event.rb. Both hold to test/golden.

import { checkEvent, type Event } from '@anthracite/protocol';
import {
  type ChangeItem,
  formatChange,
  formatDuration,
  formatLink,
  matchesGlob,
  safeText,
  toTagWord,
} from '@anthracite/protocol/change';
import {
  changesOf,
  maxWhereChars,
  type ResourceChange,
  tellReference,
  tellResources,
} from './resource-changes';
import type { ResourceAction, Run, RunError } from './run-message';

/** Which runs become events. */
export type RunKind = 'changed' | 'failed';

/** How runs become events. */
export interface RunEventOptions {
  /** Which runs are told. */
  readonly send: readonly RunKind[];
  /** Patterns of nodes that are told; `*` is any text. */
  readonly hosts: readonly string[];
  /** Patterns of environments that are told. */
  readonly environments: readonly string[];
  /** Patterns of resources, such as `cron_d[*]`, that are no change. */
  readonly ignoreResources: readonly string[];
  /** False: resources are told by their type alone. */
  readonly showTitles: boolean;
  /** Tags that every event gets, behind its own. */
  readonly tags: readonly string[];
  /** A page about the run, such as `https://automate/infrastructure/client-runs/%n/runs/%u`; `''` for none. */
  readonly reportUrl: string;
  /** Characters of the title. */
  readonly maxChars: number;
  /** Resources that the title names. */
  readonly maxResources: number;
}

export const defaultRunEventOptions: RunEventOptions = {
  send: ['changed', 'failed'],
  hosts: ['*'],
  environments: ['*'],
  ignoreResources: [],
  showTitles: true,
  tags: [],
  reportUrl: '',
  maxChars: 500,
  maxResources: 5,
};

// What Chef calls an organization where there is none.
const noOrganizations = new Set(['', 'chef_solo', 'cinc_solo', 'unknown_organization']);
const maxErrorChars = 200;
const maxRoles = 16;
// As much of the digest as people quote.
const revisionForm = /^[A-Za-z0-9._-]{1,12}/;

/** The event of a run, or null for one that nobody needs to hear of. */
export function eventOfRun(run: Run, options: RunEventOptions = defaultRunEventOptions): Event | null {
  // Who failed so early that it is not known where it belongs is told in any case.
  const isWanted = (patterns: readonly string[], text: string): boolean =>
    text === '' || patterns.some((pattern) => matchesGlob(pattern, text));
  if (!isWanted(options.hosts, run.host) || !isWanted(options.environments, run.environment)) return null;
  const changes = changesOf(run.resources, options.ignoreResources);
  const kind: RunKind = run.isSuccess ? 'changed' : 'failed';
  if (!options.send.includes(kind) || (kind === 'changed' && changes.length === 0)) return null;
  const failure = run.error && failureOf(run, run.error);
  const version = versionOf(run, failure?.resource ? [failure.resource] : changes.map(({ first }) => first));
  const items = failure?.items ?? tellResources(changes, options.showTitles);
  const description = formatChange(
    {
      host: safeText(run.host, maxWhereChars),
      environment: safeText(run.environment, maxWhereChars),
      version,
      what: failure ? tellFailure(run, failure, changes, options) : tellChanges(run, changes),
      items: items.slice(0, options.maxResources),
      total: items.reduce((sum, { count }) => sum + count, 0),
      link: linkOf(run, kind, options),
    },
    options.maxChars,
  );
  const event = checkEvent({
    // A cause must not be drawn after its effects.
    time: (run.isSuccess ? run.start : run.end) * 1000,
    type: run.isSuccess ? 'chef' : 'chef_failed',
    tags: [...tagsOf(run, kind, version), ...options.tags],
    description,
  });
  return event.ok ? event.value : null;
}

/** What is known of a failure. */
interface Failure {
  /** Where the run was; `''` when it was at a resource. */
  readonly phase: string;
  readonly resource: ResourceAction | null;
  readonly message: string;
  /** What the phase was about, in the place of changes. */
  readonly items: readonly ChangeItem[] | null;
}

function failureOf(run: Run, error: RunError): Failure {
  const failed = run.resources.filter(
    ({ status, isFailureIgnored }) => status === 'failed' && !isFailureIgnored,
  );
  // Of a resource within others all have failed; the innermost comes first, and the run's message ends in its own.
  const resource =
    failed.find(({ errorMessage }) => errorMessage !== '' && error.message.endsWith(errorMessage)) ??
    failed[0] ??
    null;
  if (resource) return { phase: '', resource, message: resource.errorMessage, items: null };
  const message = `${error.class}: ${firstLine(error.message)}`;
  const runList = run.runList.map((item) => ({ text: safeText(item, maxWhereChars), count: 1 }));
  if (!run.hasNode) return { phase: 'before its node was known', resource, message, items: [] };
  if (!run.hasCookbooks) {
    return { phase: 'before its cookbooks were there', resource, message, items: runList };
  }
  const isStarted = run.resources.some(({ status }) => status !== 'unprocessed');
  return { phase: isStarted ? '' : 'before its first resource', resource, message, items: null };
}

function tellChanges({ start, end, resources }: Run, changes: readonly ResourceChange[]): string {
  const ignored = resources.filter((resource) => resource.status === 'failed').length;
  const failed = ignored > 0 ? `, ${ignored} failed and ignored,` : '';
  return `${changes.length} changed${failed} in ${secondsTaken(end - start)}`;
}

function tellFailure(
  { start, end, resources }: Run,
  { phase, resource, message, items }: Failure,
  changes: readonly ResourceChange[],
  { showTitles }: RunEventOptions,
): string {
  const where = resource ? `in ${tellResource(resource, showTitles)}` : phase;
  const counts = [
    [changes.length, 'changed'],
    [resources.filter(({ status }) => status === 'unprocessed').length, 'not run'],
  ] as const;
  const told = counts.flatMap(([count, word]) => (count > 0 ? [`${count} ${word}`] : []));
  return [
    `failed after ${secondsTaken(end - start)}${where === '' ? '' : ` ${where}`}`,
    `: ${safeText(firstLine(message), maxErrorChars)}`,
    told.length > 0 ? ` - ${told.join(', ')}` : '',
    items === null || items.length === 0 ? '' : ' - run list',
  ].join('');
}

function tellResource(resource: ResourceAction, showTitles: boolean): string {
  const { action, cookbook, recipe } = resource;
  const place = cookbook === '' ? '' : ` (${safeText(`${cookbook}::${recipe}`, maxWhereChars)})`;
  return `${tellReference(resource, showTitles)} ${safeText(action, maxWhereChars)}${place}`;
}

// What follows quotes the command and its output.
function firstLine(message: string): string {
  return message.split(/[\r\n]/).find((line) => /[^ \t]/.test(line)) ?? 'no reason was given';
}

// Chef's times are whole seconds.
function secondsTaken(seconds: number): string {
  if (seconds < 1) return '<1s';
  return seconds < 10 ? `${seconds}s` : formatDuration(seconds);
}

// The revision of the policy, or the cookbook when all that is told comes from one.
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

function tagsOf(run: Run, kind: RunKind, version: string): string[] {
  const roles = run.runList.flatMap((item) => /^role\[([^\]]+)\]$/.exec(item)?.[1] ?? []);
  const pairs: (readonly [string, string])[] = [
    ['host', run.host],
    ['env', run.environment],
    ['status', kind],
    ...[...new Set(roles)].slice(0, maxRoles).map((role) => ['role', role] as const),
    ['policy', run.policy],
    ['policy_group', run.policyGroup],
    ['org', noOrganizations.has(run.organization) ? '' : run.organization],
    ['version', version],
    ['reason', run.error?.class ?? ''],
  ];
  return pairs.flatMap(([key, value]) => {
    const word = toTagWord(value);
    return word === '' ? [] : [`${key}=${word}`];
  });
}

function linkOf(run: Run, kind: RunKind, { reportUrl }: RunEventOptions): string {
  if (reportUrl === '') return '';
  return formatLink(reportUrl, {
    h: run.host,
    e: run.environment,
    n: run.nodeUuid,
    u: run.id,
    s: kind,
  });
}
