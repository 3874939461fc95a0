// The gem builds, installs and loads alone; its style is checked; shared files are the same.

import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { hasProgram, needs, temporaryFolder } from '@anthracite/testing';
import { hasRuby, packageFolder } from './ruby';

const gem = join(packageFolder, 'gem');
const withRuby = needs('ruby', hasRuby);
const withRubocop = needs('rubocop', hasProgram('rubocop', '--version'));
const manifest = JSON.parse(readFileSync(join(packageFolder, 'package.json'), 'utf8')) as { version: string };

test.each(['change_text.rb', 'run_history.rb', 'run_key.rb', 'secret_masks.rb', 'sender.rb', 'spool.rb'])(
  'shares %s with the Puppet module, except for its namespace',
  (file) => {
    const original = join(packageFolder, '../puppet-reporter/module/lib/puppet_x/anthracite', file);
    const copy = join(gem, 'lib/chef_handler/anthracite', file);
    expect(readFileSync(copy, 'utf8')).toBe(
      readFileSync(original, 'utf8').replaceAll('PuppetX', 'ChefHandler'),
    );
  },
);

test('has the same list of secret masks in both', () => {
  const list = readFileSync(join(packageFolder, '../protocol/data/secret-masks.json'), 'utf8');
  for (const folder of [
    'chef-handler/gem/lib/chef_handler/anthracite',
    'puppet-reporter/module/lib/puppet_x/anthracite',
  ]) {
    expect(readFileSync(join(packageFolder, '..', folder, 'secret_masks.json'), 'utf8')).toBe(list);
  }
});

test('has the version and licence of the package', () => {
  expect(readFileSync(join(gem, 'lib/chef_handler/anthracite/version.rb'), 'utf8')).toContain(
    `VERSION = '${manifest.version}'`,
  );
  expect(readFileSync(join(gem, 'LICENSE'), 'utf8')).toBe(
    readFileSync(join(packageFolder, '../LICENSE'), 'utf8'),
  );
});

test('has one home page in module, gem and cookbook, and a complete cookbook', () => {
  const read_ = (...path: string[]): string => readFileSync(join(packageFolder, '..', ...path), 'utf8');
  const home = /homepage = '([^']+)'/.exec(read_('chef-handler/gem/chef-handler-anthracite.gemspec'))?.[1];
  const metadata = JSON.parse(read_('puppet-reporter/module/metadata.json')) as Record<string, unknown>;
  expect([metadata['project_page'], metadata['source'], metadata['issues_url']]).toEqual([
    home,
    `${home}/source`,
    `${home}/issues`,
  ]);
  const cookbook = 'chef-handler/cookbook/anthracite_handler';
  expect(read_(cookbook, 'metadata.rb')).toContain(
    `source_url '${home}/source'\nissues_url '${home}/issues'\n`,
  );
  expect(read_(cookbook, 'LICENSE')).toBe(read_('LICENSE'));
  expect(read_(cookbook, 'CHANGELOG.md')).toContain(`## ${manifest.version}`);
});

withRubocop('passes RuboCop', () => {
  const options = { cwd: packageFolder, encoding: 'utf8' } as const;
  const { status, stdout } = spawnSync('rubocop', ['--cache', 'false'], options);
  expect(status === 0 ? '' : stdout).toBe('');
  expect(stdout).toMatch(/^Inspecting \d+ files/);
});

withRuby(
  'builds, installs and loads in a clean GEM_HOME, with warnings on and without Chef',
  () => {
    const folder = temporaryFolder();
    const env = { PATH: process.env['PATH'], HOME: folder, GEM_HOME: folder, GEM_PATH: folder };
    const run = (program: string, ...args: string[]): string =>
      execFileSync(program, args, { cwd: gem, env, encoding: 'utf8' });
    const file = join(folder, 'built.gem');
    // Strict: a warning is a failure.
    run('gem', 'build', 'chef-handler-anthracite.gemspec', '--strict', '--output', file);
    run('gem', 'install', '--local', '--no-document', file);
    const installed = join(folder, `gems/chef-handler-anthracite-${manifest.version}`);
    expect(readdirSync(installed).sort()).toEqual(['CHANGELOG.md', 'LICENSE', 'README.md', 'lib']);
    // Only Chef's own classes are simulated; a real Chef loads it in the tests of the command.
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

withRuby('reports the class of an exception whose message method fails', () => {
  const script = [
    "require 'json'",
    `%w[run_message run_event options].each { |name| require "${join(gem, 'lib/chef_handler/anthracite')}/#{name}" }`,
    'class Speechless < StandardError; def message = raise("s3cret"); end',
    "class Chef; Config = { node_name: 'web01', chef_server_url: '' }; end",
    'status = Struct.new(:node, :exception, :run_context, :start_time, :end_time)',
    '         .new(nil, Speechless.new, nil, Time.at(1), Time.at(2))',
    'message = ChefHandler::Anthracite::RunMessage.of(status)',
    'mapped = ChefHandler::Anthracite::RunEvent.map(message, ChefHandler::Anthracite::Options.new)',
    'puts mapped[:event][:description]',
  ].join('\n');
  const { stdout, stderr } = spawnSync('ruby', ['-e', script], { encoding: 'utf8' });
  expect([stderr, stdout]).toEqual([
    '',
    expect.stringMatching(/^web01: failed before its node was known: Speechless: no reason given\n/),
  ]);
});
