// Runs the built program, as its users do: as a process of its own, in a folder of its own.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { atEnd, type Ended, exchange } from '@anthracite/testing';

/** The program. */
export const main = join(__dirname, '../src/main.js');
const running = new Set<ChildProcess>();

/** Sends a signal to every program of this test file that runs. */
export function killAll(signal: NodeJS.Signals): void {
  for (const child of running) child.kill(signal);
}

/** How a program is run. */
export interface RunOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly input?: string | Uint8Array;
  readonly cwd?: string;
  /** The user that runs it; only root may choose another. */
  readonly uid?: number;
}

/** None of our own variables: a setting of whoever runs the tests is not a part of them, nor is where they are run. */
export function cleanEnvironment(): Record<string, string | undefined> {
  const foreign = Object.entries(process.env).filter(([name]) => !/^(ANTHRACITE_.*|NO_COLOR)$/.test(name));
  return { ...Object.fromEntries(foreign), TZ: 'UTC' };
}

function launch(args: readonly string[], { env = {}, cwd, uid }: RunOptions): ChildProcess {
  const child = spawn(process.execPath, [main, ...args], {
    env: { ...cleanEnvironment(), ...env },
    cwd,
    ...(uid !== undefined && { uid, gid: uid }),
  });
  running.add(child);
  child.on('close', () => running.delete(child));
  atEnd(async () => {
    if (!running.has(child)) return;
    const ended = once(child, 'close');
    child.kill('SIGKILL');
    await ended;
  });
  return child;
}

/** A command that runs. */
export interface Begun {
  /** All that it has written to standard output so far. */
  readonly stdout: () => string;
  /** All that it has written to standard error so far. */
  readonly stderr: () => string;
  kill(signal: NodeJS.Signals): void;
  readonly ended: Promise<Ended>;
}

/** Runs a command to its end. */
export function run(args: readonly string[], options: RunOptions = {}): Promise<Ended> {
  return begin(args, options).ended;
}

/** Begins to run a command. */
export function begin(args: readonly string[], options: RunOptions = {}): Begun {
  const child = launch(args, options);
  let stdout = '';
  let stderr = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  child.stdin?.on('error', () => {});
  child.stdin?.end(options.input ?? '');
  return {
    stdout: () => stdout,
    stderr: () => stderr,
    kill: (signal) => {
      child.kill(signal);
    },
    ended: once(child, 'close').then(([exitCode]) => ({
      exitCode: exitCode as number | null,
      stdout,
      stderr,
    })),
  };
}

/** A server that runs as a process. */
export interface Served {
  readonly pid: number;
  readonly url: string;
  readonly httpPort: number;
  readonly tcpPort: number;
  readonly readyLine: string;
  /** All that it has written to standard output so far. */
  readonly output: () => string;
  /** All that it has logged so far. */
  readonly log: () => string;
  /** Sends bytes to the line port, closes the sending side, and returns the answer. */
  send(bytes: string | Uint8Array): Promise<string>;
  kill(signal: NodeJS.Signals): void;
  /** Resolves with exit code and signal when the process has ended. */
  readonly ended: Promise<{ exitCode: number | null; signal: NodeJS.Signals | null }>;
  /** SIGTERM, and the end. */
  stop(): Promise<number | null>;
}

/** The arguments of a server on free ports. */
export function serveOn(database: string): readonly string[] {
  return ['serve', '--http', '127.0.0.1:0', '--tcp', '127.0.0.1:0', '--database', database];
}

/** Starts `anthracite serve` on free ports, and waits for its ready line. Rejects with its log when it ends instead. */
export async function serve(
  database: string,
  args: readonly string[] = [],
  options: RunOptions = {},
): Promise<Served> {
  const child = launch([...serveOn(database), ...args], options);
  let stdout = '';
  let log = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    log += text;
  });
  const ended = once(child, 'close').then(([exitCode, signal]) => ({
    exitCode: exitCode as number | null,
    signal: signal as NodeJS.Signals | null,
  }));
  const ready = new Promise<string>((resolve) => {
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
      const line = /^anthracite .* is ready: .*$/m.exec(stdout)?.[0];
      if (line !== undefined) resolve(line);
    });
  });
  const readyLine = await Promise.race([ready, ended.then(() => null)]);
  if (readyLine === null) throw new Error(`the server ended before it was ready:\n${stdout}${log}`);
  const httpPort = Number(/HTTP on \S+:(\d+)/.exec(readyLine)?.[1]);
  const tcpPort = Number(/lines on \S+:(\d+)/.exec(readyLine)?.[1]);
  const kill = (signal: NodeJS.Signals): void => {
    child.kill(signal);
  };
  return {
    pid: child.pid ?? 0,
    url: `http://127.0.0.1:${httpPort}`,
    httpPort,
    tcpPort,
    readyLine,
    output: () => stdout,
    log: () => log,
    send: (bytes) => exchange(tcpPort, bytes),
    kill,
    ended,
    stop: async () => {
      kill('SIGTERM');
      return (await ended).exitCode;
    },
  };
}
