// Runs the built program as its users do: in a separate process and folder.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { atEnd, type Ended, exchange, temporaryFolder, until } from '@anthracite/testing';

/** The program. */
export const main = join(__dirname, '../src/main.js');
const running = new Set<ChildProcess>();
// Unsent events wait in a folder of the tests.
const stateFolder = temporaryFolder();

/** Sends a signal to every running program of this test file. */
export function killAll(signal: NodeJS.Signals): void {
  for (const child of running) child.kill(signal);
}

/** Options for running a program. */
export interface RunOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly input?: string | Uint8Array;
  readonly cwd?: string;
  /** The user of the program; only root can choose another. */
  readonly uid?: number;
  /** A command that starts the program in its place, such as a recorder of its system calls. */
  readonly under?: readonly string[];
}

/** Without settings from the environment: neither the variables of the person who runs the tests nor their system count. */
export function cleanEnvironment(): Record<string, string | undefined> {
  const foreign = Object.entries(process.env).filter(([name]) => !/^(ANTHRACITE_.*|NO_COLOR)$/.test(name));
  return {
    ...Object.fromEntries(foreign),
    TZ: 'UTC',
    XDG_STATE_HOME: stateFolder,
    XDG_CONFIG_HOME: stateFolder,
  };
}

function launch(args: readonly string[], { env = {}, cwd, uid, under = [] }: RunOptions): ChildProcess {
  const [program = '', ...rest] = [...under, process.execPath, main, ...args];
  const child = spawn(program, rest, {
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

/** A running command. */
export interface Begun {
  /** Its standard output so far. */
  readonly stdout: () => string;
  /** Its standard error so far. */
  readonly stderr: () => string;
  kill(signal: NodeJS.Signals): void;
  readonly ended: Promise<Ended>;
}

/** Runs a command to its end. */
export function run(args: readonly string[], options: RunOptions = {}): Promise<Ended> {
  return begin(args, options).ended;
}

/** Starts a command. */
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

/** A server in a separate process. */
export interface Served {
  readonly pid: number;
  readonly url: string;
  readonly httpPort: number;
  readonly tcpPort: number;
  readonly readyLine: string;
  /** Its standard output so far. */
  readonly output: () => string;
  /** Its log so far. */
  readonly log: () => string;
  /** Sends bytes to the line port, closes the sending side, and returns the response. */
  send(bytes: string | Uint8Array): Promise<string>;
  kill(signal: NodeJS.Signals): void;
  /** Resolves with exit code and signal when the process has ended. */
  readonly ended: Promise<{ exitCode: number | null; signal: NodeJS.Signals | null }>;
  /** Sends SIGTERM and waits for the end. */
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

/** Waits until a server has indexed all stored events. */
export async function untilIndexed({ url }: Served): Promise<void> {
  await until(async () => {
    const metrics = await (await fetch(`${url}/metrics`)).text();
    const lags = [...metrics.matchAll(/^anthracite_index_lag\{.*\} (\d+)$/gm)];
    return lags.length === 3 && lags.every(([, lag]) => lag === '0');
  }, 'the indexes have followed');
}
