// The module as published on the Forge: it builds, installs, configures, and is clean Ruby and Puppet.

import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { hasProgram, needs, puppetFolder, runProgram } from '@anthracite/testing';
import { mappingOptionNames, mappingOptions } from '../src';
import { packageFolder } from './golden';

const moduleFolder = join(packageFolder, 'module');
const hasPuppet = hasProgram('puppet', '--version');

jest.setTimeout(600_000);

needs('rubocop', hasProgram('rubocop', '--version'))('has clean Ruby', async () => {
  const { exitCode, stdout } = await runProgram(
    'rubocop',
    ['--config', '.rubocop.yml', '.', '../test/ruby'],
    {
      cwd: moduleFolder,
    },
  );
  expect([exitCode, stdout]).toEqual([0, expect.stringContaining('no offenses detected')]);
});

needs('puppet-lint', hasProgram('puppet-lint', '--version'))('has clean manifests', async () => {
  const folder = puppetFolder();
  symlinkSync(moduleFolder, join(folder, 'anthracite'));
  const { exitCode, stdout } = await runProgram(
    'puppet-lint',
    ['--fail-on-warnings', 'anthracite/manifests', 'anthracite/examples'],
    { cwd: folder },
  );
  expect([exitCode, stdout]).toEqual([0, '']);
});

needs('puppet', hasPuppet)(
  'builds into a tarball that Puppet installs, and its class writes the settings',
  async () => {
    const folder = puppetFolder();
    const built = await runProgram('bash', [
      join(packageFolder, '..', 'scripts', 'puppet-module.sh'),
      folder,
    ]);
    const tarball = built.stdout.trim();
    expect([built.exitCode, tarball]).toEqual([0, join(folder, 'anthracite-anthracite-0.1.0.tar.gz')]);
    const again = join(folder, 'again');
    mkdirSync(again);
    await runProgram('bash', [join(packageFolder, '..', 'scripts', 'puppet-module.sh'), again]);
    expect(
      readFileSync(tarball).equals(readFileSync(join(again, 'anthracite-anthracite-0.1.0.tar.gz'))),
    ).toBe(true);

    const where = ['--confdir', join(folder, 'conf'), '--vardir', join(folder, 'var'), '--color', 'false'];
    const modules = join(folder, 'modules');
    mkdirSync(modules);
    const installed = await runProgram('puppet', [
      'module',
      'install',
      tarball,
      '--target-dir',
      modules,
      '--ignore-dependencies',
      '--force',
      ...where,
    ]);
    expect([installed.exitCode, installed.stdout]).toEqual([
      0,
      expect.stringContaining('anthracite-anthracite'),
    ]);

    const manifest = join(folder, 'site.pp');
    const me = (await runProgram('id', ['-un'])).stdout.trim();
    const group = (await runProgram('id', ['-gn'])).stdout.trim();
    writeFileSync(
      manifest,
      `class { 'anthracite': url => 'https://a.example.com', token => Sensitive('hunter2'), section => 'main', reports => 'store,anthracite',
      settings => { 'tags' => ['dc=ams'] }, owner => '${me}', group => '${group}' }`,
    );
    const apply = ['apply', manifest, '--modulepath', modules, '--detailed-exitcodes', ...where];
    const first = await runProgram('puppet', apply);
    expect([first.exitCode, first.stdout + first.stderr]).toEqual([
      2,
      expect.not.stringContaining('hunter2'),
    ]);
    expect(readFileSync(join(folder, 'conf', 'anthracite.yaml'), 'utf8')).toBe(
      '# Managed by Puppet.\nurl: https://a.example.com\ntoken: hunter2\ntags:\n- dc=ams\n',
    );
    expect(readFileSync(join(folder, 'conf', 'puppet.conf'), 'utf8')).toContain('reports = store,anthracite');
    expect((await runProgram('puppet', [...apply, '--reports', 'none'])).exitCode).toBe(0);

    writeFileSync(manifest, `class { 'anthracite': token => Sensitive('hunter2') }`);
    const wrong = await runProgram('puppet', apply);
    expect([wrong.exitCode, wrong.stderr + wrong.stdout]).toEqual([
      1,
      expect.stringContaining('token needs url'),
    ]);
  },
);

test('documents every setting with its default in its README, and the class in REFERENCE.md', async () => {
  const readme = readFileSync(join(moduleFolder, 'README.md'), 'utf8').replace(/ {2,}/g, ' ');
  const settings = readFileSync(join(moduleFolder, 'lib', 'puppet_x', 'anthracite', 'settings.rb'), 'utf8');
  const names = [...settings.matchAll(/^ {8}'([a-z_]+)' => \[/gm)].map((match) => match[1] as string);
  expect(names).toHaveLength(22);
  for (const name of names) expect([name, readme.includes(`\`${name}\``)]).toEqual([name, true]);
  for (const name of mappingOptionNames) {
    const { default: value, doc } = mappingOptions[name];
    const shown = String(Array.isArray(value) ? value.join(', ') : value);
    expect(readme).toContain(`| \`${name}\` |${shown === '' ? '' : ` \`${shown}\``} | ${doc} |`);
  }
  const reference = readFileSync(join(moduleFolder, 'REFERENCE.md'), 'utf8');
  const manifest = readFileSync(join(moduleFolder, 'manifests', 'init.pp'), 'utf8');
  const parameters = [...manifest.matchAll(/^ {2}[A-Z].* \$([a-z_]+)\b.*,$/gm)].map(
    (match) => match[1] as string,
  );
  expect(parameters.length).toBeGreaterThan(8);
  for (const name of parameters) {
    expect([name, reference.includes(`| \`${name}\``)]).toEqual([name, true]);
    expect([name, manifest.includes(`# @param ${name}`)]).toEqual([name, true]);
  }
});

test('has the version of the package', () => {
  const version = (file: string): unknown =>
    (JSON.parse(readFileSync(file, 'utf8')) as { version: unknown }).version;
  expect(version(join(moduleFolder, 'metadata.json'))).toBe(version(join(packageFolder, 'package.json')));
});
