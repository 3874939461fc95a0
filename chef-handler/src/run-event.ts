// Makes an event of a Chef run: which type, when, with which tags, and how it is told. Pure.
//
//     1795333930 chef;host=web01;env=production;version=webapp@1.4.2;status=changed;tool=chef "web01 production webapp@1.4.2: 2 changed in 3s: ..."
//
// The gem does the same, to the byte: see gem/lib/chef_handler/anthracite/run_event.rb. Both hold to test/golden.

import { checkEvent, type Event } from '@anthracite/protocol';
import {
  type ChangeItem,
  formatChange,
  formatDuration,
  formatLink,
  isWanted,
  safeText,
  toTagWord,
} from '@anthracite/protocol/change';
import { failureText, firstLine } from './failure-text';
import { defaultMappingOptions, type MappingOptions } from './options';
import {
  changesOf,
  maxWhereChars,
  type ResourceChange,
  tellReference,
  tellResources,
} from './resource-changes';
import type { ResourceAction, Run, RunError } from './run-message';

// What Chef calls an organization where there is none.
const noOrganizations = new Set(['', 'chef_solo', 'cinc_solo', 'unknown_organization']);
const maxRoles = 16;
// As much of the digest as people quote.
const revisionForm = /^[A-Za-z0-9._-]{1,12}/;

/** The event of a run, or null for one that nobody needs to hear of. */
export function eventOfRun(run: Run, options: MappingOptions = defaultMappingOptions): Event | null {
  // Who failed so early that it is not known where it belongs is told in any case.
  if (run.host !== '' && !isWanted(run.host, options.hosts)) return null;
  if (run.environment !== '' && !isWanted(run.environment, options.environments)) return null;
  const changes = changesOf(run.resources, options.ignore_resources);
  const kind = run.isSuccess ? 'changed' : 'failed';
  if (!options.send.includes(kind) || (kind === 'changed' && changes.length === 0)) return null;
  const failure = run.error && failureOf(run, run.error);
  const version = versionOf(run, failure?.resource ? [failure.resource] : changes.map(({ first }) => first));
  const items = failure?.items ?? tellResources(changes, options.show_titles);
  const description = formatChange(
    {
      host: safeText(run.host, maxWhereChars),
      environment: safeText(run.environment, maxWhereChars),
      version,
      what: failure ? tellFailure(run, failure, changes, options) : tellChanges(run, changes),
      items: items.slice(0, options.max_resources),
      total: items.reduce((sum, { count }) => sum + count, 0),
      link: linkOf(run, kind, options),
    },
    options.max_length,
  );
  const event = checkEvent({
    // A cause must not be drawn after its effects.
    time: (run.isSuccess ? run.start : run.end) * 1000,
    type: run.isSuccess ? 'chef' : 'chef_failed',
    tags: [...tagsOf(run, kind, version), ...options.tags.map(toTagWord).filter((tag) => tag !== '')],
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
  { show_titles }: MappingOptions,
): string {
  const where = resource ? `in ${tellResource(resource, show_titles)}` : phase;
  const counts = [
    [changes.length, 'changed'],
    [resources.filter(({ status }) => status === 'unprocessed').length, 'not run'],
  ] as const;
  const told = counts.flatMap(([count, word]) => (count > 0 ? [`${count} ${word}`] : []));
  return [
    `failed after ${secondsTaken(end - start)}${where === '' ? '' : ` ${where}`}`,
    resource && !show_titles ? '' : `: ${failureText(firstLine(message))}`,
    told.length > 0 ? ` - ${told.join(', ')}` : '',
    items === null || items.length === 0 ? '' : ' - run list',
  ].join('');
}

function tellResource(resource: ResourceAction, showTitles: boolean): string {
  const { action, cookbook, recipe } = resource;
  const place = cookbook === '' ? '' : ` (${safeText(`${cookbook}::${recipe}`, maxWhereChars)})`;
  return `${tellReference(resource, showTitles)} ${safeText(action, maxWhereChars)}${place}`;
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
  return pairs.flatMap(([key, value]) => {
    const word = toTagWord(value);
    return word === '' ? [] : [`${key}=${word}`];
  });
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
