// Runs programs that do not outlive this process: a signal ends the program, all its child processes, and then this process.

import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { createInterface } from 'node:readline';
import { say } from './steps.mjs';

const endingSignals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
const killAfterMs = 5_000;

/**
 * Runs a program in its own process group. Resolves with its exit code. Its output goes to our output, or line by line to
 * `onLine`, which can end the program with the function in its second parameter.
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
    // npm also passes on signals that a terminal has already sent to the whole group.
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
    // The process has ended.
  }
}
