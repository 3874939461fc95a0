// Starts, observes and ends measured programs. They are always ended.

import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';

const running = new Set<ChildProcess>();

/** A running program. */
export interface Peer {
  readonly pid: number;
  /** Ends it and waits for its end. */
  stop(): Promise<void>;
}

/** The options to start a program. */
export interface PeerOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** Resolves with the result once the program is ready; it is called again until then. Gets the output so far. */
  readonly isReady: (printed: string) => Promise<boolean>;
}

/** Starts a program and waits until it is ready. Rejects with its output if it ends or is not ready after a minute. */
export async function startPeer(
  program: string,
  args: readonly string[],
  options: PeerOptions,
): Promise<Peer> {
  const child = spawn(program, args, { env: { ...process.env, ...options.env }, cwd: options.cwd });
  running.add(child);
  let printed = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      printed = (printed + text).slice(-20_000);
    });
  }
  const ended = new Promise<void>((resolve) => {
    child.on('close', () => {
      running.delete(child);
      resolve();
    });
    child.on('error', (error) => {
      printed += error.message;
      running.delete(child);
      resolve();
    });
  });
  const deadline = Date.now() + 60_000;
  while (!(await options.isReady(printed).catch(() => false))) {
    if (!running.has(child) || Date.now() > deadline) {
      child.kill('SIGKILL');
      throw new Error(`${program} did not start:\n${printed}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  return {
    pid: child.pid ?? 0,
    stop: async () => {
      child.kill('SIGTERM');
      const force = setTimeout(() => child.kill('SIGKILL'), 20_000);
      await ended;
      clearTimeout(force);
    },
  };
}

/** Kills all running programs. */
export function killPeers(): void {
  for (const child of running) child.kill('SIGKILL');
}

/** True if the program is on the PATH. */
export function hasProgram(program: string): boolean {
  return spawnSync('which', [program]).status === 0;
}

/** A port that nothing listens on. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}

/** Bytes of memory of a process, current (`VmRSS`) or maximum (`VmHWM`). */
export function memoryOf(pid: number, key: 'VmRSS' | 'VmHWM'): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Number(new RegExp(`^${key}:\\s+(\\d+) kB`, 'm').exec(status)?.[1] ?? Number.NaN) * 1024;
}

/** Processor time of a process with all its threads, in milliseconds, to a hundredth of a second. */
export function processorMsOf(pid: number): number {
  // Read after the name, which can contain spaces: utime and stime are fields 14 and 15, in ticks of 10 ms.
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) * 10;
}
