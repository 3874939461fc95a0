// The location of Ruby, and its output.

import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { hasProgram } from '@anthracite/testing';

/** The folder of the sources of this package. */
export const packageFolder = join(__dirname, '../..');

export const hasRuby = hasProgram('ruby', '--version');

/** Runs a Ruby script of `test/ruby` with a value as JSON on its standard input, and reads its output as JSON. */
export function askRuby(script: string, question: unknown): unknown {
  const { status, stdout, stderr } = spawnSync('ruby', ['-w', join(packageFolder, 'test/ruby', script)], {
    input: JSON.stringify(question),
    encoding: 'utf8',
    env: { PATH: process.env['PATH'] },
    maxBuffer: 64 * 1_048_576,
  });
  if (status !== 0 || stderr !== '') throw new Error(`${script} ended with ${status}:\n${stderr}`);
  return JSON.parse(stdout);
}
