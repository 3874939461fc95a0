// Runs the commands of a page of the docs as written, in a shell, against a server.

import { readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { runProgram, temporaryFolder } from '@anthracite/testing';
import { cleanEnvironment, type Served } from './program';

export const root = join(__dirname, '../../..');

/** A block of commands of a page, and the output on the page below it. */
export interface Block {
  readonly commands: string;
  readonly shown: string | undefined;
}

function blocksOf(page: string): Block[] {
  const text = readFileSync(join(root, 'docs', page), 'utf8');
  return [...text.matchAll(/```sh\n([\s\S]*?)```\n(?:\n```text\n([\s\S]*?)```)?/g)].map(
    ([, commands = '', shown]) => ({ commands, shown }),
  );
}

/** Runs the blocks of a page in one shell, like a reader who pastes them. Returns the output of each. Fails the test if one fails. */
export async function paste(
  page: string,
  server: Served,
  environment: Readonly<Record<string, string>> = {},
): Promise<readonly (Block & { readonly seen: string })[]> {
  // `npm start` installs and serves: npm-start.test.ts runs it.
  const blocks = blocksOf(page).filter(({ commands }) => commands !== 'npm start\n');
  const folder = temporaryFolder();
  symlinkSync(join(root, 'cli'), join(folder, 'cli'));
  const bin = temporaryFolder();
  symlinkSync('/usr/bin/nc.openbsd', join(bin, 'nc'));
  // Debian's Python has the modules of Debian's packages.
  symlinkSync('/usr/bin/python3', join(bin, 'python3'));
  const git = (...args: string[]): string =>
    `git -c user.name=Ann -c user.email=ann@example.com ${args.join(' ')} >/dev/null`;
  const script = [
    'set -euo pipefail',
    'shopt -s expand_aliases',
    `alias anthracite="node ${join(root, 'cli/dist/src/main.js')}"`,
    git('init'),
    git('commit', '--allow-empty', '-m', 'First'),
    ...blocks.map(({ commands }, i) => `printf '\\n== ${i} ==\\n'\n${commands}`),
  ].join('\n');
  const { exitCode, stdout, stderr } = await runProgram('bash', ['-c', onPorts(script, server)], {
    cwd: folder,
    env: {
      ...cleanEnvironment(),
      PATH: `${bin}:${process.env['PATH']}`,
      ANTHRACITE_URL: server.url,
      ...environment,
      NO_COLOR: '1',
    },
  });
  expect({ page, exitCode, stderr: exitCode === 0 ? '' : stderr }).toEqual({ page, exitCode: 0, stderr: '' });
  const outputs = stdout.split(/\n== \d+ ==\n/).slice(1);
  return blocks.map((block, i) => ({ ...block, seen: outputs[i] ?? '' }));
}

/** The same with the ports of the server in place of the default ones. */
export const onPorts = (script: string, { tcpPort, httpPort }: Served): string =>
  script
    .replace(/(?<=127\.0\.0\.1[ :])2005\b/g, String(tcpPort))
    .replace(/(?<=127\.0\.0\.1:)2006\b/g, String(httpPort));
