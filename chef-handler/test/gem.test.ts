// The gem builds, installs and loads where nothing else is; its style holds; what it shares with others is the same.

import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { hasProgram, needs, temporaryFolder } from '@anthracite/testing';
import { hasRuby, packageFolder } from './ruby';

const gem = join(packageFolder, 'gem');
const withRuby = needs('ruby', hasRuby);
const withRubocop = needs('rubocop', hasProgram('rubocop', '--version'));
const manifest = JSON.parse(readFileSync(join(packageFolder, 'package.json'), 'utf8')) as { version: string };

test.each(['change_text.rb', 'sender.rb'])(
  '%s is the same as in the Puppet module, but for its namespace',
  (file) => {
    const original = join(packageFolder, '../puppet-reporter/module/lib/puppet_x/anthracite', file);
    const copy = join(gem, 'lib/chef_handler/anthracite', file);
    expect(readFileSync(copy, 'utf8')).toBe(
      readFileSync(original, 'utf8').replaceAll('PuppetX', 'ChefHandler'),
    );
  },
);

test('its version and licence are those of the package', () => {
  expect(readFileSync(join(gem, 'lib/chef_handler/anthracite/version.rb'), 'utf8')).toContain(
    `VERSION = '${manifest.version}'`,
  );
  expect(readFileSync(join(gem, 'LICENSE'), 'utf8')).toBe(
    readFileSync(join(packageFolder, '../LICENSE'), 'utf8'),
  );
});

withRubocop('RuboCop has nothing to say', () => {
  const options = { cwd: packageFolder, encoding: 'utf8' } as const;
  const { status, stdout } = spawnSync('rubocop', ['--cache', 'false'], options);
  expect(status === 0 ? '' : stdout).toBe('');
  expect(stdout).toMatch(/^Inspecting 1\d files/);
});

withRuby(
  'it builds, installs and loads in a clean GEM_HOME, with warnings on and without Chef',
  () => {
    const folder = temporaryFolder();
    const env = { PATH: process.env['PATH'], HOME: folder, GEM_HOME: folder, GEM_PATH: folder };
    const run = (program: string, ...args: string[]): string =>
      execFileSync(program, args, { cwd: gem, env, encoding: 'utf8' });
    const file = join(folder, 'built.gem');
    run('gem', 'build', 'chef-handler-anthracite.gemspec', '--silent', '--output', file);
    run('gem', 'install', '--local', '--no-document', file);
    const installed = join(folder, `gems/chef-handler-anthracite-${manifest.version}`);
    expect(readdirSync(installed).sort()).toEqual(['LICENSE', 'README.md', 'lib']);
    // Only Chef's own classes are made up; a real Chef loads it in the tests of the command.
    mkdirSync(join(folder, 'chef'));
    writeFileSync(join(folder, 'chef/handler.rb'), 'class Chef; class Handler; end; end');
    const script = [
      "require 'chef-handler-anthracite'",
      "handler = Chef::Handler::Anthracite.new(token: 'tok-3n', url: 'http://127.0.0.1:9')",
      "wrong = Chef::Handler::Anthracite.new('tok-3n')",
      "abort 'it shows the token' if wrong.instance_variables.any? { |name| wrong.instance_variable_get(name).inspect.include?('tok-3n') }",
      'puts handler.inspect, handler.to_s, $LOADED_FEATURES.grep(/chef_handler/)',
    ].join('\n');
    const [inspected, asText, ...files] = run('ruby', '-w', '-I', folder, '-e', script).trim().split('\n');
    expect([inspected, asText]).toEqual(['#<Chef::Handler::Anthracite>', '#<Chef::Handler::Anthracite>']);
    for (const loaded of files) expect(loaded.startsWith(installed)).toBe(true);
    expect(files.length).toBeGreaterThan(4);
  },
  600_000,
);
