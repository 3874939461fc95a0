// Reads the process: variables, streams, clock and signals. No other file reads them; commands get an `Environment`.

import { basename, dirname, relative } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { findLocalZone, type LocalZone } from './local-zone';
import { quoteForShell } from './quote-for-shell';

/** Everything that a command uses of its process. */
export interface Environment {
  readonly variables: Readonly<Record<string, string | undefined>>;
  readonly stdin: Readable & { readonly isTTY?: boolean };
  /** `columns` is the width of a terminal, in characters. */
  readonly stdout: Writable & { readonly isTTY?: boolean; readonly columns?: number };
  readonly stderr: Writable & { readonly isTTY?: boolean };
  /** The current time, in milliseconds since the epoch. */
  readonly now: () => number;
  /** The id of the process. */
  readonly pid: number;
  /** Finds the user's time zone. */
  localZone(): LocalZone;
  /** This program's version. */
  readonly version: string;
  /** How to run this program: `anthracite`, or in a checkout `node cli/dist/src/main.js`. */
  readonly invocation: string;
  /** Maximum number of open files and connections of the process; null if unknown. */
  maxOpenFiles(): number | null;
  /** From now on, the command finishes its work even if its output is closed. */
  finishWithoutOutput(): void;
  /** False if the command ends when its output is closed, because the output is its only result. */
  readonly outlivesOutput: boolean;
  /**
   * Calls back at each SIGTERM, SIGINT or SIGHUP, with the exit code that a shell expects. The same signal within a second
   * counts once: npm forwards signals that a terminal or a supervisor has already sent to all processes.
   */
  onSignal(listener: (signal: NodeJS.Signals, exitCode: number) => void): void;
  /** Calls back at each SIGHUP, which no longer ends the program or calls the listeners of `onSignal`. */
  onReload(listener: () => void): void;
  /** Makes the program end by a signal, as without a listener, because a normal exit would wait for its threads. */
  endBySignal(signal: NodeJS.Signals): void;
  /** The signal that ends the program; null for a normal exit. */
  readonly endSignal: NodeJS.Signals | null;
  /** Calls back at every signal that is forwarded to a child command. */
  onPassedSignal(listener: (signal: NodeJS.Signals) => void): void;
}

const endingSignals = [
  ['SIGINT', 130],
  ['SIGTERM', 143],
  ['SIGHUP', 129],
] as const;
const repeatMs = 1_000;
const passedSignals = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT', 'SIGUSR1', 'SIGUSR2'] as const;

/** The environment of the real process. */
export function processEnvironment(): Environment {
  // Required, so that a bundle contains it.
  const manifest = require('../../package.json') as { readonly version: string };
  let outlivesOutput = false;
  let reload: (() => void) | undefined;
  const listeners: ((signal: NodeJS.Signals, exitCode: number) => void)[] = [];
  let endSignal: NodeJS.Signals | null = null;
  return {
    variables: process.env,
    stdin: process.stdin,
    stdout: process.stdout,
    stderr: process.stderr,
    now: Date.now,
    pid: process.pid,
    localZone: () => findLocalZone(process.env),
    version: manifest.version,
    invocation: describeInvocation(process.argv[1] ?? '', process.cwd(), process.env['PATH'] ?? ''),
    maxOpenFiles: () => {
      const { userLimits } = process.report.getReport() as {
        userLimits?: { open_files?: { soft?: unknown } };
      };
      const limit = userLimits?.open_files?.soft;
      return typeof limit === 'number' ? limit : null;
    },
    finishWithoutOutput: () => {
      outlivesOutput = true;
    },
    get outlivesOutput() {
      return outlivesOutput;
    },
    onSignal: (listener) => {
      listeners.push(listener);
      if (listeners.length > 1) return;
      for (const [signal, exitCode] of endingSignals) {
        let countedMs = Number.NEGATIVE_INFINITY;
        process.on(signal, () => {
          if (signal === 'SIGHUP' && reload !== undefined) return;
          if (performance.now() - countedMs < repeatMs) return;
          countedMs = performance.now();
          for (const call of listeners) call(signal, exitCode);
        });
      }
    },
    onReload: (listener) => {
      reload = listener;
      process.on('SIGHUP', listener);
    },
    endBySignal: (signal) => {
      endSignal = signal;
    },
    get endSignal() {
      return endSignal;
    },
    onPassedSignal: (listener) => {
      for (const signal of passedSignals) process.on(signal, listener);
    },
  };
}

/** The words that run a script again from the same folder. */
export function describeInvocation(script: string, folder: string, path: string): string {
  if (basename(script) === 'anthracite' && path.split(':').includes(dirname(script))) return 'anthracite';
  const near = relative(folder, script);
  const shown = near !== '' && near.length < script.length ? near : script;
  return `node ${quoteForShell(shown)}`;
}
