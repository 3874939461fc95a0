// Tests that need a program, or a right, that may be missing: skipped, and said so, unless peers are required.

import { spawnSync } from 'node:child_process';

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
