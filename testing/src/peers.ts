// Tests that need a program or a permission that may be missing: skipped with a message, unless peers are required.

import { spawnSync } from 'node:child_process';

/**
 * `test` if the peer is available. Otherwise the same interface for tests that are skipped, or that fail if peers are required;
 * their names contain the missing peer. An optional peer is never required.
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
    // `failing` must be an ordinary test here: otherwise it would pass because of the missing peer.
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

/** True if the program runs with exit code 0. */
export function hasProgram(program: string, ...args: string[]): boolean {
  return spawnSync(program, args).status === 0;
}
