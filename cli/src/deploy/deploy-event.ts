// What is told of a deployment: from its commits to the text and the tags of its event. Pure.

import { cleanText, cutText, toTagWord } from '@anthracite/protocol/change';
import type { Commit } from './repository';

/** A deployment. */
export interface Deployment {
  readonly project: string;
  /** What it is called. */
  readonly version: string;
  /** Short hash of the commit that is deployed now. */
  readonly commit: string;
  readonly by: string;
  /** `new` commits come, `back`: they are taken back, `same`: the same again, `first`: nobody knows what was there before. */
  readonly kind: 'new' | 'back' | 'same' | 'first';
  /** Those that come or are taken back, newest first; the first of them where there are many. */
  readonly commits: readonly Commit[];
  /** How many there are. */
  readonly count: number;
  readonly link: string | null;
}

const maxListed = 50;
const maxNamed = 3;
// An event has 128 tags at most.
const maxCommitTimes = 100;
const maxSubjectChars = 200;

/** The description: who and how many in the title, the link and the commits below. */
export function describeDeployment(deployment: Deployment): string {
  const { project, version, by, kind, commits, count, link } = deployment;
  const authors = namesOf(commits.map(({ author }) => cleanText(author)));
  const what = {
    new: `${countOf(count)} by ${authors}`,
    back: `takes ${countOf(count)} back`,
    same: 'nothing new',
    first: 'its first known deployment',
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

/** Its tags: version, commit, and the time of each commit that comes, from which the report has the lead time. */
export function tagsOfDeployment({ version, commit, kind, commits }: Deployment): readonly string[] {
  const times = new Set(kind === 'new' || kind === 'first' ? commits.map(({ committed }) => committed) : []);
  return [
    `version=${toTagWord(version)}`,
    `commit=${commit}`,
    ...[...times].slice(0, maxCommitTimes).map((time) => `commit_time=${time}`),
  ];
}

// `Ann`, `Ann and Bob`, `Ann, Bob, Cy and 2 more`: those with most commits first.
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
