// The Puppet module as its users install it: from the tarball, and by r10k from git. Each reports one run.

import { cpSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { hasProgram, needs, puppetFolder, runProgram, temporaryFolder } from '@anthracite/testing';
import { serve } from './program';

const root = join(__dirname, '../../..');
const hasPuppet = hasProgram('puppet', '--version');
jest.setTimeout(600_000);

async function run(program: string, args: readonly string[], cwd: string, home = cwd): Promise<string> {
  const env = { PATH: process.env['PATH'], HOME: home, ...gitNames };
  const { exitCode, stdout, stderr } = await runProgram(program, args, { cwd, env });
  if (exitCode !== 0)
    throw new Error(`${program} ${args.join(' ')} ended with ${exitCode}: ${stderr}${stdout}`);
  return stdout;
}

const gitNames = Object.fromEntries(
  ['AUTHOR', 'COMMITTER'].flatMap((who) => [
    [`GIT_${who}_NAME`, 'ops'],
    [`GIT_${who}_EMAIL`, 'ops@example.com'],
  ]),
);

/** Creates a repository of the files in a folder, with one commit on the branch `production`. */
async function commitAll(folder: string): Promise<void> {
  await run('git', ['init', '--quiet', '--initial-branch', 'production'], folder);
  await run('git', ['add', '--all'], folder);
  await run('git', ['commit', '--quiet', '--message', 'All of it'], folder);
}

/** Applies a change with the report processor of the module that Puppet finds with `flags`; returns the received lines. */
async function linesOfRun(folder: string, flags: readonly string[]): Promise<string[]> {
  const server = await serve(join(temporaryFolder(), 'anthracite.db'));
  for (const name of ['conf', 'var']) mkdirSync(join(folder, name), { recursive: true });
  writeFileSync(join(folder, 'conf/anthracite.yaml'), `port: ${server.tcpPort}\n`);
  const site = join(folder, 'site.pp');
  writeFileSync(site, `file { '${join(folder, 'changed')}': content => 'x' }\n`);
  const where = ['--confdir', join(folder, 'conf'), '--vardir', join(folder, 'var')];
  const { exitCode, stderr } = await runProgram('puppet', [
    ...['apply', site, '--detailed-exitcodes', '--certname', 'web01.example.com'],
    ...['--reports', 'anthracite', ...where, ...flags],
  ]);
  expect([exitCode, stderr]).toEqual([2, expect.not.stringContaining('nthracite')]);
  const text = await (await fetch(`${server.url}/events/raw`)).text();
  await server.stop();
  return text.split('\n').filter((line) => line !== '');
}

const oneEvent = [
  expect.stringMatching(/^\S+ puppet;host=web01\.example\.com;.* "web01\.example\.com: 1 changed: /),
];

needs('puppet', hasPuppet)('installs from the tarball with puppet module install', async () => {
  const folder = puppetFolder();
  const tarball = (await run('bash', [join(root, 'scripts/puppet-module.sh'), folder], folder)).trim();
  const modules = join(folder, 'modules');
  mkdirSync(modules);
  // Without --force and without a Forge: it has no dependencies.
  await run(
    'puppet',
    ['module', 'install', tarball, '--target-dir', modules, '--ignore-dependencies'],
    folder,
  );
  expect(await linesOfRun(folder, ['--modulepath', modules])).toEqual(oneEvent);
});

const hasSubtree = hasProgram('sh', '-c', 'test -x "$(git --exec-path)/git-subtree"');
needs('puppet, r10k and git', hasPuppet && hasProgram('r10k', 'version') && hasSubtree)(
  'installs with r10k from a branch that contains only the module',
  async () => {
    const folder = puppetFolder();
    const [clone, control] = [join(folder, 'clone'), join(folder, 'control')];
    cpSync(join(root, 'puppet-reporter/module'), join(clone, 'puppet-reporter/module'), { recursive: true });
    await commitAll(clone);
    // As docs/puppet.md describes.
    await run(
      'git',
      ['subtree', 'split', '--prefix=puppet-reporter/module', '--branch=puppet-module'],
      clone,
    );
    mkdirSync(control);
    writeFileSync(
      join(control, 'Puppetfile'),
      `mod 'anthracite', git: 'file://${clone}', branch: 'puppet-module'\n`,
    );
    writeFileSync(join(control, 'environment.conf'), 'modulepath = modules:$basemodulepath\n');
    await commitAll(control);
    const environments = join(folder, 'environments');
    writeFileSync(
      join(folder, 'r10k.yaml'),
      `cachedir: ${folder}/cache\nsources:\n  control:\n    remote: file://${control}\n    basedir: ${environments}\n`,
    );
    const config = ['--config', join(folder, 'r10k.yaml')];
    await run('r10k', ['deploy', 'environment', 'production', '--modules', ...config], folder);
    expect(existsSync(join(environments, 'production/modules/anthracite/metadata.json'))).toBe(true);
    const flags = ['--environmentpath', environments, '--environment', 'production'];
    expect(await linesOfRun(folder, flags)).toEqual(oneEvent);
  },
);
