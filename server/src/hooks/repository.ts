// Builds the events that all hosts of repositories send: pushes, and runs that failed. Pure.

import { type HookRequest, ignored, type Mapped } from './hook';
import { newEvent } from './new-event';
import { describe, shortCommit, typeWord } from './words';

/** A push of a branch or a tag. */
export interface Push {
  readonly time: number;
  readonly project: string;
  /** Such as `refs/heads/main`. */
  readonly ref: string;
  /** The hash of the commit afterwards; zeros when the ref was deleted. */
  readonly after: string;
  readonly by: string;
  /** The repository with its owner. */
  readonly repository: string;
  /** Number of commits. */
  readonly count: number;
  /** A line for each listed commit. */
  readonly lines: readonly string[];
  readonly link: string;
}

/** The event of a push. */
export function pushEvent(request: HookRequest, push: Push): Mapped {
  const { time, project, ref, after, by, repository, count, lines, link } = push;
  if (/^0*$/.test(after)) return ignored('the ref was deleted');
  const [, kind, name = ''] = /^refs\/(heads|tags)\/(.+)$/.exec(ref) ?? [];
  const isTag = kind === 'tags';
  const what = isTag ? 'the tag' : count === 1 ? '1 commit' : `${count} commits`;
  return newEvent(request, {
    time,
    type: typeWord('push', project),
    tags: [
      [isTag ? 'version' : 'branch', name],
      ['commit', shortCommit(after)],
      ['by', by],
    ],
    description: describe(
      [by, 'pushed', what, 'to', repository, name].filter(Boolean).join(' '),
      [link],
      lines.join('\n'),
    ),
    key: `push:${after}:${ref}`,
  });
}

/** A workflow or pipeline that ended without success. */
export interface FailedRun {
  readonly time: number;
  readonly project: string;
  readonly conclusion: string;
  readonly branch: string;
  readonly commit: string;
  readonly run: string;
  readonly by: string;
  readonly title: string;
  readonly link: string;
  readonly key: string;
}

/** The event of a run. */
export function failedRunEvent(request: HookRequest, failed: FailedRun): Mapped {
  const { time, project, conclusion, branch, commit, run, by, title, link, key } = failed;
  return newEvent(request, {
    time,
    type: typeWord('ci', project),
    tags: [
      ['conclusion', conclusion],
      ['branch', branch],
      ['commit', shortCommit(commit)],
      ['run', run],
      ['by', by],
    ],
    description: describe(title, [link]),
    key,
  });
}
