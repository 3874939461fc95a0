// Builds the text and the tags of a deployment event from its commits. Pure.

import { cleanText, cutText, toTagWord } from '@anthracite/protocol/change';
import type { Commit } from './repository';

/** A deployment. */
export interface Deployment {
  readonly project: string;
  /** The name of the version. */
  readonly version: string;
  /** Short hash of the deployed commit. */
  readonly commit: string;
  readonly by: string;
  /**
   * `new`: new commits; `back`: a rollback; `same`: the same commit again; `first`: the server has no earlier deployment;
   * `unknown`: there is an earlier deployment, but the commits since then are unknown here.
   */
  readonly kind: 'new' | 'back' | 'same' | 'first' | 'unknown';
  /** The previously deployed version or commit; null if unknown. */
  readonly since: string | null;
  /** True for a clone with only the newest commits: `commits` may then be incomplete. */
  readonly isShallow: boolean;
  /** New or reverted commits, newest first; only the newest if there are many. */
  readonly commits: readonly Commit[];
  /** The total number of these commits. */
  readonly count: number;
  readonly link: string | null;
}

const maxListed = 50;
const maxNamed = 3;
// An event has 128 tags at most.
const maxCommitTimes = 100;
const maxSubjectChars = 200;

/** The description: a title with authors and counts, then the link and the commits. */
export function describeDeployment(deployment: Deployment): string {
  const { project, version, by, kind, commits, count, link } = deployment;
  const authors = namesOf(commits.map(({ author }) => cleanText(author)));
  const what = {
    new: `${countOf(count)} by ${authors}`,
    back: `rolls back ${countOf(count)}`,
    same: 'no new commits',
    first: 'first known deployment',
    unknown: describeUnknown(deployment, authors),
  }[kind];
  const listed = commits
    .slice(0, maxListed)
    .map(
      ({ shortHash, subject, author }) =>
        `- ${shortHash} ${cutText(cleanText(subject), maxSubjectChars)} (${cleanText(author)})`,
    );
  const more =
    count > listed.length && kind !== 'same' && kind !== 'first'
      ? [`- and ${count - listed.length} more`]
      : [];
  const title = `${project} ${version} deployed by ${cleanText(by)}: ${what}`;
  const list = [...listed, ...more].join('\n');
  return [title, ...(link === null ? [] : [link]), ...(list === '' ? [] : [list])].join('\n');
}

// A shallow clone has some of the new commits; another repository has none.
function describeUnknown({ since, isShallow, count }: Deployment, authors: string): string {
  if (since === null) return 'the previous deployment is unknown';
  const before = cleanText(since);
  return isShallow
    ? `at least ${countOf(count)} by ${authors} since ${before} (shallow clone)`
    : `the previous version ${before} is not a commit of this repository`;
}

/** The tags: version, commit, and the time of each new commit. The report computes the lead time from these times. */
export function tagsOfDeployment({ version, commit, kind, commits }: Deployment): readonly string[] {
  const times = new Set(kind === 'back' || kind === 'same' ? [] : commits.map(({ committed }) => committed));
  return [
    `version=${toTagWord(version)}`,
    `commit=${commit}`,
    ...[...times].slice(0, maxCommitTimes).map((time) => `commit_time=${time}`),
  ];
}

// `Ann`, `Ann and Bob`, `Ann, Bob, Cy and 2 more`: authors with most commits first.
function namesOf(authors: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const author of authors) counts.set(author, (counts.get(author) ?? 0) + 1);
  const names = [...counts].sort(([, one], [, other]) => other - one).map(([name]) => name);
  const shown = names.slice(0, maxNamed);
  const rest = names.length - shown.length;
  const all = rest > 0 ? [...shown, `${rest} more`] : shown;
  return all.length < 2 ? all.join('') : `${all.slice(0, -1).join(', ')} and ${all.at(-1)}`;
}

function countOf(count: number): string {
  return count === 1 ? '1 commit' : `${count} commits`;
}
