// Maps webhooks of GitLab. Pure. Group and system hooks send the same bodies under other headers, so the body decides.

import { type HookRequest, ignored, type Mapped, misread } from './hook';
import { newEvent } from './new-event';
import { firstTextAt, isObject, listAt, scalarAt, textAt, valueAt } from './payload';
import { failedRunEvent, pushEvent } from './repository';
import { timeAt } from './times';
import { describe, nameWord, shortCommit, typeWord } from './words';

const usual: readonly string[] = ['deployment', 'release', 'pipeline'];

/** Maps a delivery. */
export function mapGitlab(request: HookRequest): Mapped {
  const { json, hook } = request;
  if (!isObject(json)) return misread('the body is not a JSON object');
  const kind = firstTextAt(json, 'object_kind', 'event_name');
  if (kind === '') return misread('the body has no "object_kind"');
  const map = Object.hasOwn(maps, kind) ? maps[kind] : undefined;
  if (map === undefined) return ignored(`${nameWord(kind)} becomes no event`);
  const wanted = hook.options.events ?? usual;
  return wanted.includes(kind) ? map(request) : ignored(`the option events leaves out ${kind}`);
}

const maps: Readonly<Record<string, (request: HookRequest) => Mapped>> = {
  deployment: mapDeployment,
  pipeline: mapPipeline,
  release: mapRelease,
  push: mapPush,
  tag_push: mapPush,
};

function mapDeployment(request: HookRequest): Mapped {
  const { json, hook } = request;
  const status = textAt(json, 'status');
  const id = scalarAt(json, 'deployment_id');
  const isGood = status === 'success';
  const isEnd = isGood || status === 'failed';
  if (!isEnd && !(hook.options.spans && status === 'running')) {
    return ignored(`the status ${nameWord(status) || 'unknown'} is not a result`);
  }
  const time = timeAt(json, 'status_changed_at');
  if (time === null || id === '') return misread('"status_changed_at" or "deployment_id" is missing');
  const name = projectOf(request);
  const environment = textAt(json, 'environment');
  const by = textAt(json, 'user.username');
  const why = textAt(json, 'commit_title');
  const tags: [string, string][] = [
    ['env', environment],
    ['commit', shortCommit(textAt(json, 'short_sha'))],
    ['by', by],
  ];
  const verb = isGood ? 'deployed' : isEnd ? 'failed to deploy' : 'is being deployed';
  const title = [name, textAt(json, 'ref'), verb, environment && `to ${environment}`, by && `by ${by}`];
  const description = describe(title.filter(Boolean).join(' ') + (why && `: ${why}`), [
    textAt(json, 'deployable_url'),
  ]);
  if (hook.options.spans) {
    const type = `${typeWord('deploy', name)}_${isEnd ? 'end' : 'start'}`;
    const span: [string, string][] = [['span', id], ...tags, ['status', isEnd ? status : '']];
    return newEvent(request, { time, type, tags: span, description, key: `deployment:${id}:${status}` });
  }
  const type = typeWord(isGood ? 'deploy' : 'failed_deploy', name);
  return newEvent(request, { time, type, tags, description, key: `deployment:${id}:${status}` });
}

function mapPipeline(request: HookRequest): Mapped {
  const { json } = request;
  const status = textAt(json, 'object_attributes.status');
  const branch = textAt(json, 'object_attributes.ref');
  const main = textAt(json, 'project.default_branch');
  if (status !== 'failed') return ignored(`the status ${nameWord(status) || 'unknown'} is not a failure`);
  if (main !== '' && branch !== main) return ignored('it did not run on the default branch');
  const time = timeAt(json, 'object_attributes.finished_at', 'object_attributes.created_at');
  const id = scalarAt(json, 'object_attributes.id');
  if (time === null || id === '') return misread('"object_attributes.finished_at" or its "id" is missing');
  const run = scalarAt(json, 'object_attributes.iid');
  const why = textAt(json, 'commit.title');
  return failedRunEvent(request, {
    ...{ time, project: projectOf(request), conclusion: status, branch, run },
    commit: textAt(json, 'object_attributes.sha'),
    by: textAt(json, 'user.username'),
    title: `pipeline #${run || id} failed on ${branch}${why && `: ${why}`}`,
    link: textAt(json, 'object_attributes.url'),
    key: `pipeline:${id}:${status}`,
  });
}

function mapRelease(request: HookRequest): Mapped {
  const { json } = request;
  if (textAt(json, 'action') !== 'create') return ignored('only the action create of a release counts');
  const time = timeAt(json, 'released_at', 'created_at');
  const id = scalarAt(json, 'id');
  if (time === null || id === '') return misread('"released_at" or "id" is missing');
  const name = projectOf(request);
  const tag = textAt(json, 'tag');
  return newEvent(request, {
    time,
    type: typeWord('release', name),
    tags: [
      ['version', tag],
      ['commit', shortCommit(textAt(json, 'commit.id'))],
    ],
    description: describe(
      [name, firstTextAt(json, 'name') || tag, 'released'].filter(Boolean).join(' '),
      [textAt(json, 'url')],
      textAt(json, 'description'),
    ),
    key: `release:${id}`,
  });
}

// A push has no time, and lists 20 commits at most.
function mapPush(request: HookRequest): Mapped {
  const { json, now } = request;
  return pushEvent(request, {
    time: now,
    project: projectOf(request),
    ref: textAt(json, 'ref'),
    after: textAt(json, 'after'),
    by: textAt(json, 'user_username'),
    repository: textAt(json, 'project.path_with_namespace'),
    count: Number(valueAt(json, 'total_commits_count')) || 0,
    lines: listAt(json, 'commits')
      .slice(-20)
      .map((commit) => `- ${shortCommit(textAt(commit, 'id'))} ${textAt(commit, 'title')}`),
    link: '',
  });
}

function projectOf({ json, hook }: HookRequest): string {
  const path = textAt(json, 'project.path_with_namespace');
  return hook.options.project || path.slice(path.lastIndexOf('/') + 1) || textAt(json, 'project.name');
}
