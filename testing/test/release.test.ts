// The release script, on copies of the files that contain a version.

import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { temporaryFolder } from '../src';

const root = join(__dirname, '../../..');
const script = join(root, 'scripts/release.mjs');
const changelog = 'CHANGELOG.md';

/** Every file of the tree that contains a version of the project. */
const files = [
  'package.json',
  ...['testing', 'protocol', 'puppet-reporter', 'chef-handler', 'server', 'cli', 'bench'].map(
    (name) => `${name}/package.json`,
  ),
  'grafana-datasource/package.json',
  'grafana-datasource/CHANGELOG.md',
  'puppet-reporter/module/metadata.json',
  'puppet-reporter/module/CHANGELOG.md',
  'chef-handler/gem/lib/chef_handler/anthracite/version.rb',
  'chef-handler/gem/CHANGELOG.md',
  'chef-handler/cookbook/anthracite_handler/metadata.rb',
  'chef-handler/cookbook/anthracite_handler/CHANGELOG.md',
  'docs/cli.md',
  'docs/install.md',
  changelog,
];

function copyOfTree(): string {
  const folder = temporaryFolder();
  for (const file of files) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    cpSync(join(root, file), join(folder, file));
  }
  return folder;
}

function run(...args: string[]): {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
} {
  return spawnSync(process.execPath, [script, ...args], { encoding: 'utf8' });
}

test('has one version in all parts of this tree', () => {
  expect(run('--check')).toMatchObject({ status: 0, stderr: '' });
});

test.each(files.filter((file) => file !== 'package.json' && file !== changelog))(
  'names %s in the check when its version differs',
  (file) => {
    const tree = copyOfTree();
    const text = readFileSync(join(tree, file), 'utf8');
    writeFileSync(
      join(tree, file),
      text.replace(/(version(?:": "| '| = ')|## |VERSION = '|anthracite |version=)\d+\.\d+\.\d+/, '$19.9.9'),
    );
    const { status, stderr } = run('--check', tree);
    expect(stderr).toBe(`${file} has 9.9.9, package.json has ${versionOf(tree)}\n`);
    expect(status).toBe(1);
  },
);

test('writes one version everywhere, closes the unreleased changes, and passes the check', () => {
  const tree = copyOfTree();
  const before = readFileSync(join(tree, changelog), 'utf8');
  const { status, stdout, stderr } = run('7.8.9', tree);
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  expect(stdout).toContain("git commit -am 'Release 7.8.9' && git tag v7.8.9");
  expect(run('--check', tree)).toMatchObject({ status: 0, stderr: '' });
  expect(versionOf(tree)).toBe('7.8.9');
  const after = readFileSync(join(tree, changelog), 'utf8');
  expect(after).toMatch(/^## Unreleased\n\n## 7\.8\.9 \(\d{4}-\d\d-\d\d\)\n/m);
  expect(after.split('## 7.8.9')[1]?.split('\n').slice(1)).toEqual(
    before.split(/## Unreleased.*\n/)[1]?.split('\n'),
  );
});

test('dates the versions in the changelog of the plugin, whether the version has a heading or not', () => {
  const own = 'grafana-datasource/CHANGELOG.md';
  for (const unreleased of ['## 7.8.9 (unreleased)', '## 0.1.0 (2026-01-01)']) {
    const tree = copyOfTree();
    writeFileSync(join(tree, own), `# Changelog\n\n${unreleased}\n\nNews.\n`);
    expect(run('7.8.9', tree)).toMatchObject({ status: 0, stderr: '' });
    const headings = readFileSync(join(tree, own), 'utf8').match(/^## .*$/gm);
    expect(headings?.[0]).toMatch(/^## 7\.8\.9 \(\d{4}-\d\d-\d\d\)$/);
    expect(headings?.slice(1)).toEqual(unreleased.includes('7.8.9') ? [] : [unreleased]);
  }
});

test('changes nothing for a release without a place for its version', () => {
  const tree = copyOfTree();
  writeFileSync(join(tree, changelog), '# Changelog\n');
  expect(run('7.8.9', tree)).toMatchObject({
    status: 1,
    stderr: 'CHANGELOG.md has no place for the version; nothing was changed\n',
  });
  expect(versionOf(tree)).not.toBe('7.8.9');
});

test.each(['', '1.2', 'v1.2.3', '1.2.3-beta'])('refuses %j as a version', (version) => {
  expect(run(version, copyOfTree())).toMatchObject({ status: 2, stdout: '' });
});

function versionOf(tree: string): string {
  return (JSON.parse(readFileSync(join(tree, 'package.json'), 'utf8')) as { version: string }).version;
}
