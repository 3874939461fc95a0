// What the command tells scripts with its exit code.

/** Exit codes and what they mean; see `docs/cli.md`. */
export const exitCodes = {
  done: 0,
  /** The server refused what was asked, or could not start; asking the same again does not help. */
  refused: 1,
  /** A command, argument, variable or setting is wrong. */
  usage: 2,
  /** The database is damaged. */
  damaged: 3,
  /** No answer from the server, or it could not store: the same may succeed later. */
  unavailable: 4,
  /** The database file was removed or replaced while the server ran, or another server has opened it. */
  displaced: 5,
} as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/** Thrown for what the user must mend in the command itself. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
