// The process that the command runs in: the only file that reads it. Commands get it as a value.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';

/** What a command sees of the world. */
export interface Environment {
  readonly variables: Readonly<Record<string, string | undefined>>;
  readonly stdin: Readable & { readonly isTTY?: boolean };
  /** `columns` is the width of a terminal, in characters. */
  readonly stdout: Writable & { readonly isTTY?: boolean; readonly columns?: number };
  readonly stderr: Writable & { readonly isTTY?: boolean };
  /** Milliseconds since the epoch, now. */
  readonly now: () => number;
  /** The time zone of whoever runs the command, by its IANA name. */
  readonly timeZone: string;
  /** This program's version. */
  readonly version: string;
  /** How many files and connections the process may have open; null where that is unknown. */
  maxOpenFiles(): number | null;
  /** From now on the command goes on, and finishes what it does, when nobody reads its output any more. */
  goOnWithoutOutput(): void;
  /** False for a command whose output is all that it is for, so that it ends when nobody reads it. */
  readonly outlivesOutput: boolean;
  /**
   * Calls back at the first and at each following SIGTERM, SIGINT or SIGHUP, with the exit code that a shell expects. The same signal
   * within a second counts once: npm passes on what a terminal or a supervisor has sent to all its processes already.
   */
  onSignal(listener: (signal: NodeJS.Signals, exitCode: number) => void): void;
  /** Has the program end by a signal, as if nobody had listened to it, and not by an exit that waits for its threads. */
  endBySignal(signal: NodeJS.Signals): void;
  /** The signal by which the program ends; null for an exit. */
  readonly endSignal: NodeJS.Signals | null;
  /** Calls back at every signal that is meant for a command that this one runs. */
  onPassedSignal(listener: (signal: NodeJS.Signals) => void): void;
}

const endingSignals = [
  ['SIGINT', 130],
  ['SIGTERM', 143],
  ['SIGHUP', 129],
] as const;
const repeatMs = 1_000;
const passedSignals = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT', 'SIGUSR1', 'SIGUSR2'] as const;

/** The real one. */
export function processEnvironment(): Environment {
  const manifest = JSON.parse(readFileSync(join(__dirname, '../../package.json'), 'utf8')) as {
    readonly version: string;
  };
  let outlivesOutput = false;
  const listeners: ((signal: NodeJS.Signals, exitCode: number) => void)[] = [];
  let endSignal: NodeJS.Signals | null = null;
  return {
    variables: process.env,
    stdin: process.stdin,
    stdout: process.stdout,
    stderr: process.stderr,
    now: Date.now,
    timeZone: new Intl.DateTimeFormat().resolvedOptions().timeZone,
    version: manifest.version,
    maxOpenFiles: () => {
      const { userLimits } = process.report.getReport() as {
        userLimits?: { open_files?: { soft?: unknown } };
      };
      const limit = userLimits?.open_files?.soft;
      return typeof limit === 'number' ? limit : null;
    },
    goOnWithoutOutput: () => {
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
          if (performance.now() - countedMs < repeatMs) return;
          countedMs = performance.now();
          for (const call of listeners) call(signal, exitCode);
        });
      }
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
