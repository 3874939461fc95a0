// Maps webhooks of GitHub, Gitea and Forgejo. Pure.

import { type HookRequest, ignored, type Mapped, misread } from './hook';
import { newEvent, together } from './new-event';
import { firstTextAt, isObject, listAt, scalarAt, textAt, valueAt } from './payload';
import { failedRunEvent, pushEvent } from './repository';
import { timeAt } from './times';
import { describe, nameWord, shortCommit, typeWord } from './words';

/** The usual kinds of deliveries; `push` must be asked for, because a commit is not a deployment. */
const usual: readonly string[] = ['deployment_status', 'release', 'workflow_run'];
const known: readonly string[] = [...usual, 'push'];

/** The kind of a delivery, by its header. */
export function githubEvent({ headers }: Pick<HookRequest, 'headers'>): string {
  return headers['x-github-event'] ?? headers['x-gitea-event'] ?? headers['x-forgejo-event'] ?? '';
}

/** Why a delivery is ignored by its headers; null if it must be read. */
export function unwantedByGithub(request: Pick<HookRequest, 'headers' | 'hook'>): string | null {
  const event = githubEvent(request);
  if (event === '') return null;
  if (!known.includes(event)) return `${nameWord(event)} becomes no event`;
  return (request.hook.options.events ?? usual).includes(event)
    ? null
    : `the option events leaves out ${event}`;
}

/** Maps a delivery. */
export function mapGithub(request: HookRequest): Mapped {
  const { json } = request;
  if (!isObject(json)) return misread('the body is not a JSON object');
  switch (githubEvent(request)) {
    case 'deployment_status':
      return mapDeployment(request);
    case 'release':
      return mapRelease(request);
    case 'workflow_run':
      return mapRun(request);
    case 'push':
      return mapPush(request);
    default:
      return misread('the header X-GitHub-Event is missing');
  }
}

function mapDeployment(request: HookRequest): Mapped {
  const { json, hook } = request;
  const state = textAt(json, 'deployment_status.state');
  const id = scalarAt(json, 'deployment.id');
  const isGood = state === 'success';
  const isEnd = isGood || state === 'failure' || state === 'error';
  const isBegun = isEnd || state === 'in_progress' || state === 'pending' || state === 'queued';
  if (valueAt(json, 'deployment.transient_environment') === true)
    return ignored('its environment is transient');
  if (!isEnd && !(hook.options.spans && isBegun))
    return ignored(`the state ${nameWord(state) || 'unknown'} is not a result`);
  const time = timeAt(json, 'deployment_status.created_at', 'deployment_status.updated_at');
  if (time === null || id === '')
    return misread('"deployment_status.created_at" or "deployment.id" is missing');
  const name = projectOf(request);
  const environment = firstTextAt(json, 'deployment.environment', 'deployment_status.environment');
  const by = firstTextAt(json, 'deployment.creator.login', 'deployment_status.creator.login', 'sender.login');
  const sha = textAt(json, 'deployment.sha');
  const tags: [string, string][] = [
    ['env', environment],
    ['commit', shortCommit(sha)],
    ['by', by],
  ];
  const paths = ['deployment.description', 'deployment_status.description'];
  const why = firstTextAt(json, ...(isGood ? paths : paths.toReversed()));
  const verb = isGood ? 'deployed' : isEnd ? 'failed to deploy' : 'is being deployed';
  const title = [
    [name, refOf(textAt(json, 'deployment.ref'), sha), verb].filter(Boolean).join(' '),
    environment && `to ${environment}`,
    by && `by ${by}`,
  ];
  const description = describe(title.filter(Boolean).join(' ') + (why && isEnd ? `: ${why}` : ''), [
    firstTextAt(
      json,
      'deployment_status.target_url',
      'deployment_status.log_url',
      'deployment_status.environment_url',
    ),
  ]);
  if (!hook.options.spans) {
    const type = typeWord(isGood ? 'deploy' : 'failed_deploy', name);
    return newEvent(request, { time, type, tags, description, key: `deployment:${id}:${state}` });
  }
  const span: [string, string][] = [['span', id], ...tags];
  const stem = typeWord('deploy', name);
  const start = newEvent(request, {
    time: timeAt(json, 'deployment.created_at') ?? time,
    type: `${stem}_start`,
    tags: span,
    description: describe(
      [name, 'is being deployed', environment && `to ${environment}`].filter(Boolean).join(' '),
    ),
    key: `deployment:${id}:start`,
  });
  if (!isEnd) return start;
  const status: [string, string] = ['status', state];
  return together([
    start,
    newEvent(request, {
      ...{ time, type: `${stem}_end`, tags: [...span, status], description },
      key: `deployment:${id}:${state}`,
    }),
  ]);
}

function mapRelease(request: HookRequest): Mapped {
  const { json } = request;
  if (textAt(json, 'action') !== 'published') return ignored('only the action published of a release counts');
  const time = timeAt(json, 'release.published_at');
  const id = scalarAt(json, 'release.id');
  const tag = textAt(json, 'release.tag_name');
  if (time === null || id === '') return misread('"release.published_at" or "release.id" is missing');
  const by = firstTextAt(json, 'release.author.login', 'sender.login');
  const title = [textAt(json, 'repository.full_name'), firstTextAt(json, 'release.name') || tag, 'published'];
  return newEvent(request, {
    time,
    type: typeWord('release', projectOf(request)),
    tags: [
      ['version', tag],
      ['by', by],
    ],
    description: describe(
      [...title, by && `by ${by}`].filter(Boolean).join(' '),
      [textAt(json, 'release.html_url')],
      textAt(json, 'release.body'),
    ),
    key: `release:${id}`,
  });
}

function mapRun(request: HookRequest): Mapped {
  const { json } = request;
  const conclusion = textAt(json, 'workflow_run.conclusion');
  if (textAt(json, 'action') !== 'completed') return ignored('the run is not completed');
  if (['', 'success', 'skipped', 'neutral', 'cancelled'].includes(conclusion)) {
    return ignored(`the conclusion ${conclusion || 'null'} is not a failure`);
  }
  const branch = textAt(json, 'workflow_run.head_branch');
  const main = textAt(json, 'repository.default_branch');
  if (main !== '' && branch !== main) return ignored('it did not run on the default branch');
  const time = timeAt(json, 'workflow_run.updated_at', 'workflow_run.run_started_at');
  const id = scalarAt(json, 'workflow_run.id');
  if (time === null || id === '') return misread('"workflow_run.updated_at" or "workflow_run.id" is missing');
  const run = scalarAt(json, 'workflow_run.run_number');
  const name = firstTextAt(json, 'workflow_run.name', 'workflow.name') || 'workflow';
  const why = firstTextAt(json, 'workflow_run.display_title', 'workflow_run.head_commit.message').split(
    '\n',
  )[0];
  return failedRunEvent(request, {
    ...{ time, project: projectOf(request), conclusion, branch, run },
    commit: textAt(json, 'workflow_run.head_sha'),
    by: firstTextAt(json, 'workflow_run.actor.login', 'sender.login'),
    title: `${name}${run && ` #${run}`} ended with ${conclusion} on ${branch}${why ? `: ${why}` : ''}`,
    link: textAt(json, 'workflow_run.html_url'),
    key: `run:${id}.${scalarAt(json, 'workflow_run.run_attempt') || '1'}`,
  });
}

function mapPush(request: HookRequest): Mapped {
  const { json, now } = request;
  if (valueAt(json, 'deleted') === true) return ignored('the ref was deleted');
  const commits = listAt(json, 'commits');
  const lines = commits.slice(0, 20).map((commit) => {
    const who = firstTextAt(commit, 'author.name', 'author.username');
    const [message = ''] = textAt(commit, 'message').split('\n');
    return `- ${[shortCommit(textAt(commit, 'id')), message, who && `(${who})`].filter(Boolean).join(' ')}`;
  });
  return pushEvent(request, {
    time: timeAt(json, 'repository.pushed_at', 'head_commit.timestamp') ?? now,
    project: projectOf(request),
    ref: textAt(json, 'ref'),
    after: textAt(json, 'after'),
    by: firstTextAt(json, 'pusher.name', 'pusher.login', 'sender.login'),
    repository: textAt(json, 'repository.full_name'),
    ...{ count: commits.length, lines },
    link: firstTextAt(json, 'compare', 'compare_url'),
  });
}

function projectOf({ json, hook }: HookRequest): string {
  return hook.options.project || textAt(json, 'repository.name');
}

// A deployment of a commit has its hash as ref.
function refOf(ref: string, sha: string): string {
  return ref === sha ? shortCommit(sha) : ref;
}
