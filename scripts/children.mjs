// Runs programs so that none outlives us: a signal to us ends the program, with all that it has started, and then us.

import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { createInterface } from 'node:readline';
import { say } from './steps.mjs';

const endingSignals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
const killAfterMs = 5_000;

/**
 * Runs a program in a process group of its own. Resolves with its exit code. Its output is ours, or goes line by line to
 * `onLine`, which may end the program by the function that it gets.
 */
export async function runChild(program, args, { cwd, env = process.env, onLine } = {}) {
  const stdio = onLine === undefined ? ['ignore', 'inherit', 'inherit'] : ['ignore', 'pipe', 'pipe'];
  const child = spawn(program, args, { cwd, env, stdio, detached: true });
  let signalled = null;
  const end = (signal) => {
    killGroup(child, signal);
    setTimeout(() => killGroup(child, 'SIGKILL'), killAfterMs).unref();
  };
  const onSignal = (signal) => {
    // npm passes on what a terminal has sent to all of us already.
    if (signalled !== null) return;
    signalled = signal;
    end(signal);
  };
  for (const signal of endingSignals) process.on(signal, onSignal);
  if (onLine !== undefined) {
    for (const output of [child.stdout, child.stderr]) {
      createInterface({ input: output }).on('line', (line) => onLine(line, () => end('SIGTERM')));
    }
  }
  const exitCode = await new Promise((resolve) => {
    child.on('error', (error) => {
      say(`${program} cannot be run (${error.code})`);
      resolve(127);
    });
    child.on('close', (code, signal) => resolve(code ?? 128 + constants.signals[signal]));
  });
  for (const signal of endingSignals) process.off(signal, onSignal);
  if (signalled !== null) process.exit(128 + constants.signals[signalled]);
  return exitCode;
}

function killGroup(child, signal) {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, signal);
  } catch {
    // It has ended.
  }
}
