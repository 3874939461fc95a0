#!/usr/bin/env node
// Entry point: runs the bridge and exits. No other file ends the process.

import { commandName } from './command-options';
import { runBridge } from './program';

const stopping = new AbortController();
let signals = 0;
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    if (++signals > 1) process.exit(signal === 'SIGINT' ? 130 : 143);
    stopping.abort();
  });
}

const { stdin, stdout, stderr } = process;
runBridge(process.argv.slice(2), { stdin, stdout, stderr, stopping: stopping.signal }).then(
  (exitCode) => process.exit(exitCode),
  (error: unknown) => {
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    stderr.write(`${commandName}: ${text}\n`);
    process.exit(1);
  },
);
