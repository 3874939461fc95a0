// Tests that need a program, or a right, that may be missing: skipped, and said so, unless peers are required.

import { spawnSync } from 'node:child_process';

/**
 * `test` where the peer is there. Elsewhere all that `test` can do, for tests that are skipped, or that fail where peers are
 * required; their names say which peer is missing. An optional peer is never required.
 */
export function needs(
  peer: string,
  isThere: boolean,
  importance: 'required' | 'optional' = 'required',
): jest.It {
  if (isThere) return test;
  const lacking = (run: jest.It): jest.It => {
    const named = (name: unknown): string => `${String(name)} (needs ${peer})`;
    const fail = (): void => {
      throw new Error(`${peer} is missing; .ci/run installs it`);
    };
    const each =
      (...table: [readonly unknown[]]) =>
      (name: unknown): void =>
        run.each(...table)(named(name), fail);
    const todo = (name: unknown): void => test.todo(named(name));
    const it = Object.assign((name: unknown): void => run(named(name), fail), { each, todo });
    // A test that is expected to fail would pass by our failure: it is an ordinary one here.
    Object.assign(it, {
      only: it,
      failing: it,
      concurrent: it,
      skip: run === test ? lacking(test.skip) : it,
    });
    return it as unknown as jest.It;
  };
  const isRequired = importance === 'required' && process.env['ANTHRACITE_TEST_PEERS'] === 'required';
  return lacking(isRequired ? test : test.skip);
}

/** True when the program can be run and says it is well. */
export function hasProgram(program: string, ...args: string[]): boolean {
  return spawnSync(program, args).status === 0;
}
