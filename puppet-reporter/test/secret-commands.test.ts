// A real Puppet runs every command of the list of secrets, as a title, as an argument, and as the output of a failed command:
// no event shows a secret. The commands find no program, so they do nothing.

import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { hasProgram, needs, puppetFolder, runProgram } from '@anthracite/testing';
import { defaultMappingOptions, mapReportBody } from '../src';

const { commands } = JSON.parse(
  readFileSync(join(__dirname, '../../../protocol/vectors/secret-commands.json'), 'utf8'),
) as { readonly commands: readonly { readonly command: string; readonly secret: string }[] };
const moduleFolder = join(__dirname, '../../module');
const quote = (text: string): string => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;

needs('puppet', hasProgram('puppet', '--version'))(
  'hides the secrets of more than 150 commands in a real Puppet',
  async () => {
    const folder = puppetFolder();
    for (const name of ['empty', 'texts', 'conf', 'var']) mkdirSync(join(folder, name));
    const where = `provider => shell, path => ['${join(folder, 'empty')}'], cwd => '${join(folder, 'empty')}'`;
    const manifest = commands.flatMap(({ command }, i) => {
      const text = join(folder, 'texts', `${i}`);
      writeFileSync(text, `${command}\n`);
      return [
        `exec { ${quote(command)}: ${where}, returns => [0, 1, 2, 126, 127] }`,
        `exec { 'task ${i}': command => ${quote(command)}, ${where}, returns => [77] }`,
        `file { '${text}.checked': content => 'x', validate_cmd => '/bin/cat ${text} /nonexistent/%' }`,
      ];
    });
    const site = join(folder, 'site.pp');
    writeFileSync(site, manifest.join('\n'));
    const settings = {
      confdir: join(folder, 'conf'),
      vardir: join(folder, 'var'),
      modulepath: join(folder, 'modules'),
      certname: 'web01.example.com',
      reports: 'store',
    };
    const flags = Object.entries(settings).flatMap(([name, value]) => [`--${name}`, value]);
    const { exitCode } = await runProgram('puppet', ['apply', '--detailed-exitcodes', ...flags, site]);
    expect(exitCode).toBe(6);
    const reports = join(folder, 'var', 'reports', 'web01.example.com');
    const file = join(reports, readdirSync(reports)[0] ?? '');

    const all = { max_length: 1_000_000, max_resources: 10_000 };
    for (const show_output of [false, true]) {
      const options = { ...defaultMappingOptions, ...all, show_output };
      const mapped = mapReportBody(readFileSync(file), options);
      const told = mapped.kind === 'event' ? mapped.event.description : '';
      expect(told.split('\n').length).toBeGreaterThan(commands.length * 2);
      for (const { secret } of commands) expect(told).not.toContain(secret);
      expect(told).toContain('Exec[mysql ...] ');
      expect(told.includes('redis-cli -a ***')).toBe(show_output);
    }
    const script = [
      `require '${join(moduleFolder, 'lib/puppet_x/anthracite/report_mapping')}'`,
      `require '${join(moduleFolder, 'lib/puppet_x/anthracite/settings')}'`,
      "require 'puppet'",
      `report = YAML.unsafe_load_file(ARGV[0])`,
      `options = PuppetX::Anthracite::Settings.from({}).merge('max_length' => ${all.max_length}, 'max_resources' => ${all.max_resources})`,
      'puts PuppetX::Anthracite::ReportMapping.new(options).map(report.to_data_hash)[:event][:description]',
    ].join('\n');
    const ruby = await runProgram('ruby', ['-e', script, file]);
    const mapped = mapReportBody(readFileSync(file), { ...defaultMappingOptions, ...all });
    expect(ruby.stdout.trim()).toBe(mapped.kind === 'event' ? mapped.event.description : '');
  },
  900_000,
);
