// anthracite deploy: sends the event of a deployment, with its commits from Git.

import { userInfo } from 'node:os';
import { ClientError, type Event, formatLine, formatTime, preview, printable } from '@anthracite/protocol';
import { formatLink } from '@anthracite/protocol/change';
import { addServerOption, addTimeZoneOption, atOption, readAt, readZoneOfAt } from '../client-options';
import { withDefaultTags } from '../client-profile';
import { compareLink } from '../deploy/compare-link';
import { type Deployment, describeDeployment, tagsOfDeployment } from '../deploy/deploy-event';
import { Repository } from '../deploy/repository';
import type { Environment } from '../environment';
import { describeEvent } from '../event-table';
import { UsageError } from '../exit-codes';
import { collect } from '../filter-options';
import { newEvent } from '../new-event';
import { type HttpDoor, httpDoor, patienceOf } from '../spool/door';
import { deliverSpoolFirst, sendOrSpool } from '../spool/send-or-spool';
import { addSpoolOptions, type SpoolOptions } from '../spool/spool-place';
import { outcomeOf } from '../spool/submit';
import type { CommandContext } from './context';

interface DeployOptions extends SpoolOptions {
  readonly repo: string;
  readonly release?: string;
  readonly by?: string;
  readonly link?: string;
  readonly tag?: readonly string[];
  readonly at?: string;
  readonly dryRun?: boolean;
  readonly json?: boolean;
  readonly quiet?: boolean;
}

const examples = `
In the range <from>..<to>, <from> is the commit that was deployed before and <to> is the commit that is deployed now. By
default, <from> is the commit of the project's last deployment on the server, and <to> is HEAD. Run the command on one
machine, after the deployment is complete.

Examples:
  $ anthracite deploy shop
  $ anthracite deploy shop v41..v42 -t env=prod
  $ anthracite deploy shop "$OLD..$NEW" --by "$DEPLOYER" --dry-run
  $ anthracite deploy shop --link 'https://git.example.com/shop/diff/%f/%t'`;

/** Adds the command. */
export function addDeployCommand({ program, environment }: CommandContext): void {
  const command = program
    .command('deploy')
    .description('submit a deployment event with its commits from Git')
    .argument('<project>', 'name of the project; the event type is deploy_<project>')
    .argument(
      '[range]',
      'the commits of the deployment: <from>..<to>, or only <to> (default: from the last deployment to HEAD)',
    )
    .option('--repo <folder>', 'Git repository', '.')
    .option('--release <name>', 'name of the version (default: the tag of the commit, or its short hash)')
    .option('--by <name>', 'who deploys (default: the Git user name, or the login name)')
    .option('--link <template>', 'URL that shows the changes; %f is the previous commit, %t the new commit')
    .option('-t, --tag <tag>', 'key=value or one word; may be repeated', collect)
    .addOption(atOption())
    .option('--dry-run', 'only print the line that would be sent')
    .option('--json', 'print {"id", "new", "version"}')
    .option('--quiet', 'print nothing on success');
  addServerOption(addTimeZoneOption(addSpoolOptions(command)))
    .addHelpText('after', examples)
    .action(async (project: string, range: string | undefined, options: DeployOptions) => {
      const zone = readZoneOfAt(options, environment);
      const now = environment.now();
      const time = readAt(options.at, now, zone);
      const door = httpDoor(options, environment, patienceOf(options.spool));
      const { event, version, fault, isSpoolDelivered } = await toEvent(
        project,
        range,
        time,
        door,
        options,
        environment,
      );
      if (options.dryRun) {
        environment.stdout.write(`${formatLine(event)}\n`);
        return;
      }
      const sent = await sendOrSpool(
        // The server was unreachable a moment ago: do not wait for it again.
        () => (fault === null ? door.client.submit(event) : Promise.reject(fault)),
        { suffix: '.line', text: formatLine(event) },
        door,
        options,
        environment,
        isSpoolDelivered,
      );
      if (options.json) environment.stdout.write(`${JSON.stringify({ ...outcomeOf(sent), version })}\n`);
      else if (sent !== null && !options.quiet) {
        const outcome = sent.isNew ? 'stored as' : 'duplicate of';
        const shown = describeEvent({ ...event, tags: [] }, zone);
        environment.stdout.write(`${outcome} ${sent.id}: ${shown}\n`);
      }
    });
}

/** The previous deployment. */
interface Before {
  readonly kind: 'found' | 'none' | 'unknown';
  /** The full hash of its commit if this repository has it, else its name on the server; null if unknown. */
  readonly name: string | null;
  /** Why the server could not be queried; null if it answered. */
  readonly fault: ClientError | null;
}

async function toEvent(
  project: string,
  range: string | undefined,
  time: number,
  door: HttpDoor,
  options: DeployOptions,
  environment: Environment,
): Promise<{ event: Event; version: string; fault: ClientError | null; isSpoolDelivered: boolean }> {
  const type = `deploy_${project}`;
  const repository = await Repository.open(options.repo);
  const isShallow = await repository.isShallow();
  const [, givenFrom = '', givenTo = ''] = /^(?:(.*?)\.\.\.?)?(.*)$/s.exec(range ?? '') ?? [];
  const to = await mustFind(repository, givenTo || 'HEAD', isShallow);
  const before: Before =
    givenFrom === ''
      ? await findDeployed(type, time, door, repository, options, environment)
      : { kind: 'found', name: await mustFind(repository, givenFrom, isShallow), fault: null };
  const from = before.kind === 'found' ? before.name : null;
  const kind = from === null ? kindWithout(before) : await kindOf(repository, from, to);
  const version = options.release ?? (await repository.nameOf(to));
  const deployment = {
    project,
    version,
    commit: to.slice(0, 12),
    by: options.by ?? (await repository.user()) ?? userInfo().username,
    kind,
    since: before.name,
    isShallow,
    ...(await commitsOf(repository, kind, from, to, isShallow && before.name !== null)),
    link: await findLink(repository, linkFrom(before), to, options.link),
  } as const;
  if (kind === 'unknown' && before.name !== null) sayUnknown(before.name, isShallow, environment);
  const tags = [...tagsOfDeployment(deployment), ...withDefaultTags(options.tag, environment)];
  return {
    event: newEvent(time, type, tags, describeDeployment(deployment)),
    version,
    fault: before.fault,
    isSpoolDelivered: givenFrom === '',
  };
}

const kindWithout = ({ kind }: Before): Deployment['kind'] => (kind === 'none' ? 'first' : 'unknown');

async function kindOf(repository: Repository, from: string, to: string): Promise<Deployment['kind']> {
  if (from === to) return 'same';
  return (await repository.isAncestor(to, from)) ? 'back' : 'new';
}

// If a shallow clone lacks the commit of the last deployment, all its commits are newer.
async function commitsOf(
  repository: Repository,
  kind: Deployment['kind'],
  from: string | null,
  to: string,
  isPart: boolean,
): Promise<Pick<Deployment, 'commits' | 'count'>> {
  if (kind === 'unknown' && isPart)
    return { commits: await repository.allCommits(to), count: await repository.countAll(to) };
  const [older, newer] = kind === 'back' ? [to, from ?? to] : [from, to];
  const commits = await repository.commits(older, newer);
  return { commits, count: older === null ? commits.length : await repository.count(older, newer) };
}

// A Git host has commits that a shallow clone lacks.
function linkFrom({ kind, name }: Before): string | null {
  return kind === 'found' || (name !== null && /^[0-9a-f]{7,64}$/.test(name)) ? name : null;
}

function sayUnknown(name: string, isShallow: boolean, { stderr }: Environment): void {
  const what = isShallow
    ? 'is not in this shallow clone, so all its commits are listed. For the exact list: git fetch --unshallow'
    : 'is not a commit of this repository, so only the newest commit is listed. For the full list, give a range';
  stderr.write(`the last deployment (${printable(name)}) ${what}\n`);
}

async function mustFind(repository: Repository, revision: string, isShallow: boolean): Promise<string> {
  const found = await repository.find(revision);
  if (found !== null) return found;
  const help = isShallow ? ', which is a shallow clone; to get all commits: git fetch --unshallow' : '';
  throw new UsageError(`commit ${preview(revision)} not found in this repository${help}`);
}

// The last deployment of the project on the server.
async function findDeployed(
  type: string,
  time: number,
  door: HttpDoor,
  repository: Repository,
  options: DeployOptions,
  environment: Environment,
): Promise<Before> {
  const { dryRun, spool } = options;
  const query = {
    type: [type, `${type}_start`],
    any: ['commit=*', 'version=*'],
    until: formatTime(time, 'UTC'),
  };
  try {
    // The last deployment may still be in the spool.
    if (!dryRun) await deliverSpoolFirst(door, options, environment);
    const { events } = await door.client.events({ ...query, order: 'descending', limit: 1 });
    const [last] = events;
    if (last === undefined) return { kind: 'none', name: null, fault: null };
    const words = ['commit=', 'version='].flatMap((key) =>
      last.tags.filter((tag) => tag.startsWith(key)).map((tag) => tag.slice(key.length)),
    );
    for (const word of words) {
      const found = await repository.find(word);
      if (found !== null) return { kind: 'found', name: found, fault: null };
    }
    return { kind: 'unknown', name: words[0] ?? null, fault: null };
  } catch (error) {
    const isKept = spool !== false && error instanceof ClientError && error.isRetryable;
    if (!(error instanceof ClientError) || !(dryRun || isKept)) throw error;
    if (dryRun) environment.stderr.write(`anthracite: ${error.message}; the last deployment is unknown\n`);
    return { kind: 'unknown', name: null, fault: error };
  }
}

async function findLink(
  repository: Repository,
  from: string | null,
  to: string,
  template: string | undefined,
): Promise<string | null> {
  if (template !== undefined) {
    const link = formatLink(template, { f: from ?? to, t: to });
    if (link === '')
      throw new UsageError(`--link is ${preview(template)}; expected an http or https URL with %f and %t`);
    return link;
  }
  const remote = await repository.remote();
  return remote === null ? null : compareLink(remote, from === to ? null : from, to);
}
