// anthracite deploy: sends the event of a deployment, with what git knows of its commits.

import { userInfo } from 'node:os';
import {
  ClientError,
  type Event,
  formatLine,
  formatTime,
  type HttpClient,
  preview,
  printable,
} from '@anthracite/protocol';
import { formatLink } from '@anthracite/protocol/change';
import {
  addServerOption,
  addTimeZoneOption,
  type ClientOptions,
  createClient,
  readTime,
  readTimeZone,
} from '../client-options';
import { compareLink } from '../deploy/compare-link';
import { describeDeployment, tagsOfDeployment } from '../deploy/deploy-event';
import { Repository } from '../deploy/repository';
import type { Environment } from '../environment';
import { describeEvent } from '../event-table';
import { UsageError } from '../exit-codes';
import { collect } from '../filter-options';
import { newEvent } from '../new-event';
import type { CommandContext } from './context';

interface DeployOptions extends ClientOptions {
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
The range is what was deployed before and what is deployed now, as git names commits. Without the first the server is
asked for the last deployment of the project; without the second it is HEAD. Run it when the deployment is done, on
one machine.

Examples:
  $ anthracite deploy shop
  $ anthracite deploy shop v41..v42 -t env=prod
  $ anthracite deploy shop "$OLD..$NEW" --by "$DEPLOYER" --dry-run
  $ anthracite deploy shop --link 'https://git.example.com/shop/diff/%f/%t'`;

/** Adds the command. */
export function addDeployCommand({ program, environment }: CommandContext): void {
  const command = program
    .command('deploy')
    .description('submit the event of a deployment, from a range of commits')
    .argument('<project>', 'what is deployed: the type of the event is deploy_<project>')
    .argument('[range]', 'from..to, or only to (default: from the last known deployment to HEAD)')
    .option('--repo <folder>', 'the git repository', '.')
    .option(
      '--release <name>',
      'what the version is called (default: the tag of the commit, or its short hash)',
    )
    .option('--by <name>', 'who deploys (default: the user of git, or of this machine)')
    .option('--link <template>', 'where changes are shown; %f is the commit before, %t that of now')
    .option('-t, --tag <tag>', 'key=value or a word; may be repeated', collect)
    .option('--at <when>', "when it happened, as Graphite's from takes it, or ISO 8601 (default: now)")
    .option('--dry-run', 'only print the line that would be sent')
    .option('--json', 'print {"id", "new", "version"}')
    .option('--quiet', 'print nothing when it went well');
  addServerOption(addTimeZoneOption(command))
    .addHelpText('after', examples)
    .action(async (project: string, range: string | undefined, options: DeployOptions) => {
      const zone = readTimeZone(options, environment);
      const now = environment.now();
      const time = options.at === undefined ? now : readTime('--at', options.at, now, zone);
      const client = createClient(options, environment);
      const { event, version } = await toEvent(project, range, time, client, options, environment);
      if (options.dryRun) {
        environment.stdout.write(`${formatLine(event)}\n`);
        return;
      }
      const { id, isNew } = await client.submit(event);
      if (options.json) environment.stdout.write(`${JSON.stringify({ id, new: isNew, version })}\n`);
      else if (!options.quiet) {
        const outcome = isNew ? 'stored' : 'known already';
        environment.stdout.write(`${outcome} as ${id}: ${describeEvent({ ...event, tags: [] }, zone)}\n`);
      }
    });
}

async function toEvent(
  project: string,
  range: string | undefined,
  time: number,
  client: HttpClient,
  options: DeployOptions,
  environment: Environment,
): Promise<{ event: Event; version: string }> {
  const type = `deploy_${project}`;
  const repository = await Repository.open(options.repo);
  const [, givenFrom = '', givenTo = ''] = /^(?:(.*?)\.\.\.?)?(.*)$/s.exec(range ?? '') ?? [];
  const to = await mustFind(repository, givenTo || 'HEAD');
  const from =
    givenFrom === ''
      ? await findDeployed(type, time, client, repository, options, environment)
      : await mustFind(repository, givenFrom);
  const kind =
    from === null ? 'first' : from === to ? 'same' : (await repository.isAncestor(to, from)) ? 'back' : 'new';
  const [older, newer] = kind === 'back' ? [to, from ?? to] : [from, to];
  const [commits, name] = [await repository.commits(older, newer), await repository.nameOf(to)];
  const version = options.release ?? name;
  const deployment = {
    project,
    version,
    commit: to.slice(0, 12),
    by: options.by ?? (await repository.user()) ?? userInfo().username,
    kind,
    commits,
    count: older === null ? commits.length : await repository.count(older, newer),
    link: await findLink(repository, from, to, options.link),
  } as const;
  const tags = [...tagsOfDeployment(deployment), ...(options.tag ?? [])];
  return { event: newEvent(time, type, tags, describeDeployment(deployment)), version };
}

async function mustFind(repository: Repository, revision: string): Promise<string> {
  const found = await repository.find(revision);
  if (found === null) throw new UsageError(`there is no commit ${preview(revision)} in this repository`);
  return found;
}

// The commit of the last deployment that the server knows; null where it knows none, or one that is no commit here.
async function findDeployed(
  type: string,
  time: number,
  client: HttpClient,
  repository: Repository,
  { dryRun }: DeployOptions,
  { stderr }: Environment,
): Promise<string | null> {
  const query = {
    type: [type, `${type}_start`],
    any: ['commit=*', 'version=*'],
    until: formatTime(time, 'UTC'),
  };
  try {
    const { events } = await client.events({ ...query, order: 'descending', limit: 1 });
    const [last] = events;
    if (last === undefined) return null;
    const words = ['commit=', 'version='].flatMap((key) =>
      last.tags.filter((tag) => tag.startsWith(key)).map((tag) => tag.slice(key.length)),
    );
    for (const word of words) {
      const found = await repository.find(word);
      if (found !== null) return found;
    }
    stderr.write(
      `the last deployment, ${words.map(printable).join(' or ')}, is no commit of this repository; only the newest commit is told: give a range\n`,
    );
    return null;
  } catch (error) {
    if (!dryRun || !(error instanceof ClientError)) throw error;
    stderr.write(`anthracite: ${error.message}; the last deployment is not known\n`);
    return null;
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
      throw new UsageError(`--link is ${preview(template)}; expected an http(s) URL with %f and %t`);
    return link;
  }
  const remote = await repository.remote();
  return remote === null ? null : compareLink(remote, from === to ? null : from, to);
}
