// Runs servers and commands in the process of the test, for tests that run hundreds of them.

import { join } from 'node:path';
import { Readable, Writable } from 'node:stream';
import { createApp, loadConfig, openLog, serve } from '@anthracite/server';
import { atEnd, type Ended as EndedProcess, temporaryFolder } from '@anthracite/testing';
import { runProgram } from '../src/program';
import type { RunOptions } from './program';

/** Starts a server on free ports with a new file; returns its URL. */
export async function startServer(
  settings: Readonly<Record<string, string>> = {},
  clock: () => number = Date.now,
): Promise<string> {
  const folder = temporaryFolder();
  const config = loadConfig(
    {
      http: '127.0.0.1:0',
      tcp: '127.0.0.1:0',
      database: join(folder, 'anthracite.db'),
      'log-level': 'silent',
      ...settings,
    },
    {},
  );
  const app = await createApp({
    settings: config.settings,
    tokens: config.tokens,
    targets: config.targets,
    logger: openLog('silent').logger,
    version: '0.0.0-test',
    clock,
    onFatal: (error) => {
      throw error;
    },
  });
  const server = await serve(app);
  atEnd(server.stop);
  return `http://127.0.0.1:${server.http[0]?.port}`;
}

/** The result of a command. */
export interface Ended {
  readonly exitCode: number;
  readonly stdout: Buffer;
  readonly stderr: string;
}

/** A signal that a test can send to a command. */
export interface Signals {
  send(): void;
}

/** Runs a command against a server. */
export function command(
  url: string,
  args: readonly string[],
  input: Readable | Buffer | string = '',
  signals: { send?: () => void } = {},
): Promise<Ended> {
  return runWith({ ANTHRACITE_URL: url }, args, input, signals);
}

/**
 * Runs a command like `run` of `program.ts`, but without a separate process, which takes fifty times as long. For commands
 * that depend on no process: they start no other program, and read no file by a path from the current folder.
 */
export async function runHere(
  args: readonly string[],
  { env = {}, input = '' }: Omit<RunOptions, 'cwd'> = {},
): Promise<EndedProcess> {
  const { exitCode, stdout, stderr } = await runWith(env, args, Buffer.from(input));
  return { exitCode, stdout: stdout.toString('utf8'), stderr };
}

// Unsent events wait in a folder of the tests.
const stateFolder = temporaryFolder();

async function runWith(
  variables: Readonly<Record<string, string>>,
  args: readonly string[],
  input: Readable | Buffer | string,
  signals: { send?: () => void } = {},
): Promise<Ended> {
  const stdout: Buffer[] = [];
  const stderr: Buffer[] = [];
  const into = (pieces: Buffer[]): Writable =>
    new Writable({
      write: (piece: Buffer, _encoding, done) => {
        pieces.push(piece);
        done();
      },
    });
  const exitCode = await runProgram(args, {
    variables: { XDG_STATE_HOME: stateFolder, ...variables },
    stdin: input instanceof Readable ? input : Readable.from([Buffer.from(input)]),
    stdout: into(stdout),
    stderr: into(stderr),
    now: Date.now,
    pid: process.pid,
    localZone: () => ({ name: 'UTC' }),
    version: '0.0.0-test',
    invocation: 'anthracite',
    maxOpenFiles: () => null,
    onReload: () => {},
    endBySignal: () => {},
    endSignal: null,
    finishWithoutOutput: () => {},
    outlivesOutput: false,
    onSignal: (listener) => {
      signals.send = () => listener('SIGINT', 130);
    },
    onPassedSignal: () => {},
  });
  return { exitCode, stdout: Buffer.concat(stdout), stderr: Buffer.concat(stderr).toString('utf8') };
}
