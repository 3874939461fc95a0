// docs/chef.md is complete: options of the mapping, of the handler, and flags of the bridge.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { mappingOptionNames, mappingOptions } from '../src';
import { createBridgeProgram } from '../src/bridge/program';
import { packageFolder } from './ruby';

// Tables are padded to align their columns, which is not compared.
const text = readFileSync(join(packageFolder, '../docs/chef.md'), 'utf8').replace(/ {2,}/g, ' ');

test('documents every option of the mapping with its default and meaning', () => {
  for (const name of mappingOptionNames) {
    const { default: value, doc } = mappingOptions[name];
    const shown = String(value) === '' ? '' : `\`${value}\` `;
    expect(text).toContain(`| \`${name}\` | ${shown}| ${doc} |`);
  }
});

test('documents every option of the handler with the default of the mapping', () => {
  const ruby = readFileSync(join(packageFolder, 'gem/lib/chef_handler/anthracite/options.rb'), 'utf8');
  const names = [...ruby.matchAll(/^ {8}'([a-z_]+)' => \[/gm)].map((match) => match[1] as string);
  expect(names.length).toBeGreaterThan(mappingOptionNames.length);
  for (const name of names) expect(text).toMatch(new RegExp(`\\| (?:\`[a-z]+\`, )?\`${name}\``));
  expect(names).toEqual(expect.arrayContaining([...mappingOptionNames]));
});

test('documents every command and flag of the bridge', () => {
  const stream = { write: () => true } as unknown as NodeJS.WritableStream;
  const environment = { stdout: stream, stderr: stream, stopping: new AbortController().signal };
  for (const command of createBridgeProgram(environment as never, () => {}).commands) {
    expect(text).toContain(`anthracite-chef-handler ${command.name()}`);
    for (const { long } of command.options) {
      const flag = long ?? '';
      const option = flag.slice(2).replaceAll('-', '_');
      if (!(mappingOptionNames as readonly string[]).includes(option)) expect(text).toContain(`\`${flag}\``);
    }
  }
});
