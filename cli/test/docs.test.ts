// Commands, options and exit codes that are not in docs/cli.md do not exist, and the other way round.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { clientErrors } from '@anthracite/protocol';
import { settingNames } from '@anthracite/server';
import type { Command } from 'commander';
import { processEnvironment } from '../src/environment';
import { exitCodes } from '../src/exit-codes';
import { createProgram } from '../src/program';

const root = join(__dirname, '../../..');
const read = (file: string): string => readFileSync(join(root, file), 'utf8').replace(/ {2,}/g, ' ');
const program = createProgram(processEnvironment(), () => {});

/** The commands that can be run, by their full names: `rejects`, `token create`. */
function leaves(command: Command, name = ''): (readonly [string, Command])[] {
  if (command.commands.length === 0) return [[name, command]];
  return command.commands.flatMap((sub) => leaves(sub, `${name} ${sub.name()}`.trim()));
}

test('every command and option is in docs/cli.md, and every documented one exists', () => {
  const text = read('docs/cli.md');
  const commands = leaves(program);
  const flags = new Set<string>();
  for (const [, command] of commands) {
    for (const { long } of command.options) {
      const flag = long ?? '';
      flags.add(flag);
      if (settingNames.some((name) => flag === `--${name}`)) continue; // docs/settings.md has those
      expect(text).toContain(flag);
    }
  }
  for (const [flag] of text.matchAll(/(?<=`)--[a-z-]+/g)) expect(['--help', ...flags]).toContain(flag);
  const headings = [...text.matchAll(/^## anthracite ([a-z ]*[a-z])/gm)].map((match) => match[1]);
  expect(headings.sort()).toEqual(commands.map(([name]) => name).sort());
});

test('every exit code is in docs/cli.md', () => {
  const documented = [...read('docs/cli.md').matchAll(/^\| (\d+) \|/gm)].map((match) => Number(match[1]));
  expect(documented).toEqual(Object.values(exitCodes));
});

test('every error of the clients is in docs/errors.md with its sentence', () => {
  const text = read('docs/errors.md');
  for (const [code, [isRetryable, sentence]] of Object.entries(clientErrors)) {
    const shown = sentence.replace(/\{(\w+)\}/g, '_$1_');
    expect(text).toContain(`| ${code} | ${isRetryable ? 'yes' : 'no'} | ${shown} |`);
  }
});
