// The exit codes of the command.

/** Exit codes and what they mean; see `docs/cli.md`. */
export const exitCodes = {
  done: 0,
  /** The server refused the request, or could not start. Repeating it does not help. */
  refused: 1,
  /** A command, argument, variable or setting is wrong. */
  usage: 2,
  /** The database is damaged. */
  damaged: 3,
  /** The server did not answer, or could not store the event. The same command may succeed later. */
  unavailable: 4,
  /** The database file was removed or replaced while the server ran, or another server has opened it. */
  displaced: 5,
} as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/** Thrown when the user must correct the command line, a variable or a setting. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
