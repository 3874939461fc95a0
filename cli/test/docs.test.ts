// docs/cli.md lists exactly the existing commands, options and exit codes.

import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { clientErrors } from '@anthracite/protocol';
import { settingNames } from '@anthracite/server';
import { hasProgram, needs, temporaryFolder } from '@anthracite/testing';
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

test('documents every command and option in docs/cli.md, and nothing else', () => {
  const text = read('docs/cli.md');
  const commands = leaves(program);
  const flags = new Set<string>();
  for (const [, command] of commands) {
    for (const { long } of command.options.filter(({ hidden }) => !hidden)) {
      const flag = long ?? '';
      flags.add(flag);
      if (settingNames.some((name) => flag === `--${name}`)) continue; // in docs/settings.md
      expect(text).toContain(flag);
    }
  }
  for (const [flag] of text.matchAll(/(?<=`)--[a-z-]+/g)) expect(['--help', ...flags]).toContain(flag);
  const headings = [...text.matchAll(/^## anthracite ([a-z -]*[a-z])/gm)].map((match) => match[1]);
  expect(headings.sort()).toEqual(commands.map(([name]) => name).sort());
});

needs('systemd-analyze', hasProgram('systemd-analyze', '--version'))(
  'has units in docs/spool.md that systemd accepts, with an existing command',
  () => {
    const folder = temporaryFolder();
    const text = readFileSync(join(root, 'docs/spool.md'), 'utf8');
    const units = [...text.matchAll(/`\/etc\/systemd\/system\/(\S+)`:\n\n```ini\n([\s\S]*?)```/g)];
    expect(units.map((match) => match[1])).toEqual(['anthracite-flush.service', 'anthracite-flush.timer']);
    const files = units.map(([, name = '', unit = '']) => {
      writeFileSync(join(folder, name), unit);
      return join(folder, name);
    });
    const ended = spawnSync('systemd-analyze', ['verify', '--man=no', ...files], { encoding: 'utf8' });
    // It also reports about units of the machine.
    expect(ended.stderr.split('\n').filter((line) => line.includes('anthracite'))).toEqual([]);
    expect(ended.status).toBe(0);
    const flush = program.commands.find((command) => command.name() === 'flush');
    for (const [, words = ''] of text.matchAll(/^ExecStart=\S+ anthracite flush (.*)$/gm))
      expect(words.split(' ').filter((word) => word.startsWith('--'))).toEqual(['--quiet']);
    expect(flush?.options.some(({ long }) => long === '--quiet')).toBe(true);
  },
);

test('documents every exit code in docs/cli.md', () => {
  const documented = [...read('docs/cli.md').matchAll(/^\| (\d+) \|/gm)].map((match) => Number(match[1]));
  expect(documented).toEqual(Object.values(exitCodes));
});

test('documents every error of the clients in docs/errors.md with its sentence', () => {
  const text = read('docs/errors.md');
  for (const [code, [isRetryable, sentence]] of Object.entries(clientErrors)) {
    const shown = sentence.replace(/\{(\w+)\}/g, '_$1_');
    expect(text).toContain(`| ${code} | ${isRetryable ? 'yes' : 'no'} | ${shown} |`);
  }
});
