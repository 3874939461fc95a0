// anthracite deploy: the data of a real git repository about a deployment becomes its event.

import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
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

withGit(
  'lists a range: authors, subjects, a link without the password, and the time of each commit',
  async () => {
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
  },
);

withGit('continues without a range after the last deployment, and lists reverted commits', async () => {
  init();
  const first = commit('one');
  const stored = await deploy('api', '--by', 'Cy');
  expect(stored).toMatchObject({ exitCode: 0, stderr: '' });
  expect(stored.stdout).toMatch(
    /^stored as \d+: \S+ deploy_api api \w+ deployed by Cy: first known deployment \[\+2 lines\]\n$/,
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
    `api 2026.48 deployed by Dieter: no new commits\nhttps://github.com/example/shop/commit/${second}`,
  );
  const back = await dryRun('api', first);
  expect(back.description).toContain('deployed by Dieter: rolls back 2 commits\n');
  expect(back.tags).toEqual([expect.stringMatching(/^version=/), `commit=${first.slice(0, 12)}`]);
});

withGit('reports a last deployment that git does not know, and lists only the newest commit', async () => {
  init();
  commit('one');
  expect(await command(url, ['send', 'deploy_web', 'x', '--tag', 'version=--output=/tmp/x'])).toMatchObject({
    exitCode: 0,
  });
  const { exitCode, stderr, stdout } = await deploy('web', '--dry-run');
  expect(exitCode).toBe(0);
  expect(stderr).toContain('the last deployment (--output=/tmp/x) is not a commit of this repository');
  expect(stdout).toContain('the previous version --output=/tmp/x is not a commit of this repository');
});

withGit(
  'reports for a shallow clone its first commit, that it is shallow, and that commits may be missing',
  async () => {
    init();
    const origin = repo;
    const first = commit('one');
    expect(await deploy('cart')).toMatchObject({ exitCode: 0, stderr: '' });
    for (const subject of ['two', 'three', 'four']) commit(subject);
    repo = join(temporaryFolder(), 'clone');
    execFileSync('git', ['clone', '-q', '--depth', '2', `file://${origin}`, repo]);
    git('remote', 'set-url', 'origin', 'https://github.com/example/shop.git');
    const short = first.slice(0, 12);
    const { exitCode, stdout, stderr } = await deploy('cart', '--by', 'CI', '--dry-run');
    expect(exitCode).toBe(0);
    expect(stderr).toBe(
      `the last deployment (${short}) is not in this shallow clone, so all its commits are listed. For the exact list: git fetch --unshallow\n`,
    );
    const event = parseLine(stdout.trimEnd());
    if (!event.ok) throw new Error(event.problem.message);
    expect(event.value.description.split('\n')).toEqual([
      expect.stringMatching(
        `^cart \\w+ deployed by CI: at least 2 commits by Ann since ${short} \\(shallow clone\\)$`,
      ),
      `https://github.com/example/shop/compare/${short}...${git('rev-parse', 'HEAD')}`,
      expect.stringMatching(/ four \(Ann\)$/),
      expect.stringMatching(/ three \(Ann\)$/),
    ]);
    expect(event.value.tags.filter((tag) => tag.startsWith('commit_time='))).toHaveLength(2);
    // The first deployment that the server knows, shallow or not.
    expect((await dryRun('other')).description).toContain(': first known deployment\n');
    expect(await deploy('cart', `${first}..HEAD`)).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('a shallow clone; to get all commits: git fetch --unshallow'),
    });
    git('fetch', '-q', '--unshallow', `file://${origin}`);
    expect((await dryRun('cart')).description).toContain(': 3 commits by Ann\n');
  },
);

withGit(
  'keeps a deployment while the server is away, with the commits of its range if it has one',
  async () => {
    init();
    const from = commit('one');
    commit('two');
    const spool = temporaryFolder();
    const keep = (...args: readonly string[]) =>
      command('http://127.0.0.1:2999', ['deploy', 'shop', ...args, '--repo', repo, '--spool', spool]);
    for (const args of [[`${from}..HEAD`], []]) {
      expect(await keep(...args)).toMatchObject({
        exitCode: 0,
        stderr: expect.stringMatching(/^[^\n]*kept in [^\n]*\n$/),
      });
    }
    const kept = readdirSync(spool)
      .sort()
      .map((name) => readFileSync(join(spool, name), 'utf8'));
    expect(kept).toEqual([
      expect.stringMatching(
        / deploy_shop;version=\S+;commit=\S+ "shop \w+ deployed by Dieter: 1 commits? by Ann/,
      ),
      expect.stringMatching(/ deployed by Dieter: the previous deployment is unknown/),
    ]);
    expect(await command(url, ['flush', spool])).toMatchObject({ exitCode: 0 });
    const refused = await command('http://127.0.0.1:2999', ['deploy', 'shop', '--repo', repo, '--no-spool']);
    expect(refused).toMatchObject({ exitCode: 4 });
  },
);

withGit("git's own words stand whole", async () => {
  init();
  const config = 'x'.repeat(200);
  writeFileSync(join(repo, '.git', 'config'), `[core]\n\t${config}\u001b = =\n`);
  const { exitCode, stderr } = await deploy('shop');
  expect(exitCode).toBe(2);
  expect(stderr).toMatch(/^anthracite: git failed: (?:fatal|error): bad config line 2 in file \S+\n$/);
});

withGit('limits the list of many commits, and the times to the maximum of an event', async () => {
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

withGit('refuses a folder without git, and unknown commits, as wrong usage', async () => {
  expect(await deploy('shop')).toMatchObject({
    exitCode: 2,
    stderr: expect.stringContaining('git failed: '),
  });
  init();
  expect(await deploy('shop')).toMatchObject({
    exitCode: 2,
    stderr: 'anthracite: commit "HEAD" not found in this repository\n',
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
])('compares %s at %s', (remote, link) => {
  expect(compareLink(remote, 'a', 'b')).toBe(link);
});

test.each([
  ['git@github.com:o/r.git', 'https://github.com/o/r/commit/b'],
  ['git@gitlab.com:o/r.git', 'https://gitlab.com/o/r/-/commit/b'],
  ['git@bitbucket.org:o/r.git', 'https://bitbucket.org/o/r/commits/b'],
])('links one commit of %s to %s', (remote, link) => {
  expect(compareLink(remote, null, 'b')).toBe(link);
});
