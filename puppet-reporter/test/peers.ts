// Tests that need a program that may be missing: skipped, and said so, unless peers are required.

import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';

/** `test` where the peer is there; a failure where it must be; a skip that names it elsewhere. */
export function needs(peer: string, isThere: boolean): typeof test {
  if (isThere) return test;
  if (process.env['ANTHRACITE_TEST_PEERS'] === 'required') {
    return ((name: string) => {
      test(name, () => {
        throw new Error(`${peer} is missing; .ci/run installs it`);
      });
    }) as typeof test;
  }
  return ((name: string) => test.skip(`${name} (needs ${peer})`, () => {})) as unknown as typeof test;
}

/** True when the program can be run and says it is well. */
export function hasProgram(program: string, ...args: string[]): boolean {
  return spawnSync(program, args).status === 0;
}

/** What a program came to. */
export interface Ended {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program to its end. */
export async function run(
  program: string,
  args: readonly string[],
  options: { readonly input?: string; readonly cwd?: string; readonly env?: NodeJS.ProcessEnv } = {},
): Promise<Ended> {
  const child = spawn(program, args, { cwd: options.cwd, env: options.env ?? process.env });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  child.stdin.on('error', () => {});
  child.stdin.end(options.input ?? '');
  const [exitCode] = (await once(child, 'close')) as [number | null];
  return { exitCode, stdout, stderr };
}
