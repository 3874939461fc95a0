// anthracite deploy: what a real git repository knows of a deployment becomes its event.

import { execFileSync } from 'node:child_process';
import { parseLine } from '@anthracite/protocol';
import { hasProgram, needs, temporaryFolder } from '@anthracite/testing';
import { compareLink } from '../src/deploy/compare-link';
import { command, startServer } from './in-process';

const withGit = needs('git', hasProgram('git', '--version'));
let repo: string;
let url: string;
let day = 0;

beforeAll(async () => {
  url = await startServer();
});

beforeEach(() => {
  repo = temporaryFolder();
});

function git(...args: readonly string[]): string {
  const date = `2026-01-${String(day).padStart(2, '0')}T12:00:00Z`;
  const env = {
    PATH: process.env['PATH'],
    HOME: repo,
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_AUTHOR_DATE: date,
    GIT_COMMITTER_DATE: date,
  };
  return execFileSync('git', ['-C', repo, ...args], { env, encoding: 'utf8', stdio: 'pipe' }).trim();
}

function init(): void {
  day = 1;
  git('init', '-q');
  git('config', 'user.name', 'Dieter');
  git('config', 'user.email', 'dieter@example.com');
  git('remote', 'add', 'origin', 'https://dieter:secret@github.com/example/shop.git');
}

function commit(subject: string, author = 'Ann'): string {
  day++;
  git('commit', '-q', '--allow-empty', '-m', subject, `--author=${author} <${author}@example.com>`);
  return git('rev-parse', 'HEAD');
}

async function deploy(...args: readonly string[]) {
  const ended = await command(url, ['deploy', ...args, '--repo', repo]);
  return { ...ended, stdout: ended.stdout.toString() };
}

async function dryRun(...args: readonly string[]) {
  const { exitCode, stdout, stderr } = await deploy(...args, '--dry-run');
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
  const event = parseLine(stdout.trimEnd());
  if (!event.ok) throw new Error(event.problem.message);
  return event.value;
}

withGit('a range: authors, subjects, a link without the password, and the time of each commit', async () => {
  init();
  const from = commit('one');
  commit('two \u001b[31m', 'Bob');
  commit('three');
  const to = commit('four');
  const event = await dryRun('shop', `${from}..HEAD`, '-t', 'env=prod');
  const short = (name: string): string => git('rev-parse', '--short', name);
  expect(event).toMatchObject({
    type: 'deploy_shop',
    tags: [
      `version=${short('HEAD')}`,
      `commit=${to.slice(0, 12)}`,
      ...[5, 4, 3].map((date) => `commit_time=${Date.UTC(2026, 0, date, 12) / 1000}`),
      'env=prod',
    ],
  });
  expect(event.description.split('\n')).toEqual([
    `shop ${short('HEAD')} deployed by Dieter: 3 commits by Ann and Bob`,
    `https://github.com/example/shop/compare/${from}...${to}`,
    `- ${short('HEAD')} four (Ann)`,
    `- ${short('HEAD~1')} three (Ann)`,
    `- ${short('HEAD~2')} two (Bob)`,
  ]);
});

withGit(
  'without a range it goes on where the last deployment ended, and tells what is taken back',
  async () => {
    init();
    const first = commit('one');
    const stored = await deploy('api', '--by', 'Cy');
    expect(stored).toMatchObject({ exitCode: 0, stderr: '' });
    expect(stored.stdout).toMatch(
      /^stored as \d+: \S+ deploy_api api \w+ deployed by Cy: its first known deployment \[\+2 lines\]\n$/,
    );
    commit('two');
    const second = commit('three');
    git('tag', 'v2');
    const next = await dryRun('api');
    expect(next.description).toContain('api v2 deployed by Dieter: 2 commits by Ann\n');
    expect(next.description).toContain(`/compare/${first}...${second}\n`);
    expect(JSON.parse((await deploy('api', '--json')).stdout)).toMatchObject({ new: true, version: 'v2' });
    const same = await dryRun('api', '--release', '2026.48');
    expect(same.description).toBe(
      `api 2026.48 deployed by Dieter: nothing new\nhttps://github.com/example/shop/commit/${second}`,
    );
    const back = await dryRun('api', first);
    expect(back.description).toContain('deployed by Dieter: takes 2 commits back\n');
    expect(back.tags).toEqual([expect.stringMatching(/^version=/), `commit=${first.slice(0, 12)}`]);
  },
);

withGit('a last deployment that git does not know is said, and only the newest commit told', async () => {
  init();
  commit('one');
  expect(await command(url, ['send', 'deploy_web', 'x', '--tag', 'version=--output=/tmp/x'])).toMatchObject({
    exitCode: 0,
  });
  const { exitCode, stderr, stdout } = await deploy('web', '--dry-run');
  expect(exitCode).toBe(0);
  expect(stderr).toContain('the last deployment, --output=/tmp/x, is no commit of this repository');
  expect(stdout).toContain('its first known deployment');
});

withGit('many commits are listed up to a bound, and an event holds no more times than it can', async () => {
  init();
  const from = commit('one');
  const stream = Array.from(
    { length: 150 },
    (_, i) =>
      `commit refs/heads/many\ncommitter P${i % 5} <p@example.com> ${1_770_000_000 + i} +0000\ndata 5\nnew${i % 10}\n${i === 0 ? `from ${from}\n` : ''}\n`,
  ).join('');
  execFileSync('git', ['-C', repo, 'fast-import', '--quiet'], { input: stream });
  const event = await dryRun('shop', `${from}..many`);
  expect(event.description).toContain(': 150 commits by P4, P3, P2 and 2 more\n');
  expect(event.description).toMatch(/\n- and 100 more$/);
  expect(event.tags.filter((tag) => tag.startsWith('commit_time='))).toHaveLength(100);
});

withGit('a folder without git, and commits that are not there, are wrong usage', async () => {
  expect(await deploy('shop')).toMatchObject({
    exitCode: 2,
    stderr: expect.stringContaining('git failed: '),
  });
  init();
  expect(await deploy('shop')).toMatchObject({
    exitCode: 2,
    stderr: 'anthracite: there is no commit "HEAD" in this repository\n',
  });
  commit('one');
  for (const range of ['nothing..HEAD', 'HEAD..nothing', '--all', '--output=/tmp/x']) {
    expect(await command(url, ['deploy', '--repo', repo, 'shop', '--', range])).toMatchObject({
      exitCode: 2,
    });
  }
  expect(await deploy('shop', 'HEAD', '--link', 'javascript:alert(1)')).toMatchObject({ exitCode: 2 });
});

test.each([
  ['https://github.com/o/r.git', 'https://github.com/o/r/compare/a...b'],
  ['git@github.com:o/r.git', 'https://github.com/o/r/compare/a...b'],
  ['ssh://git@git.example.com:2222/team/r', 'https://git.example.com/team/r/compare/a...b'],
  ['git@gitlab.com:group/sub/r.git', 'https://gitlab.com/group/sub/r/-/compare/a...b'],
  ['https://u:p@bitbucket.org/o/r.git', 'https://bitbucket.org/o/r/branches/compare/b..a'],
  ['/srv/git/r.git', null],
  ['../r', null],
  ['file:///srv/git/r.git', null],
  ['https://example.com/o/r"><script>', null],
])('%s is compared at %s', (remote, link) => {
  expect(compareLink(remote, 'a', 'b')).toBe(link);
});

test.each([
  ['git@github.com:o/r.git', 'https://github.com/o/r/commit/b'],
  ['git@gitlab.com:o/r.git', 'https://gitlab.com/o/r/-/commit/b'],
  ['git@bitbucket.org:o/r.git', 'https://bitbucket.org/o/r/commits/b'],
])('one commit of %s is at %s', (remote, link) => {
  expect(compareLink(remote, null, 'b')).toBe(link);
});
