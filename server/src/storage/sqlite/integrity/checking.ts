// Starts and ends processes that check a file.

import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { CheckOutcome } from './check';
import type { CheckMessage, CheckTask } from './check-process';

const heapMb = 256;
const script = join(__dirname, 'check-process.js');

/** A running check. */
export interface Checking {
  /** Its outcome; null when it was ended early. A check that fails for reasons outside of the file is `unreadable`. */
  readonly outcome: Promise<CheckOutcome | null>;
  /** Ends it, and resolves when its process has exited. */
  end(): Promise<void>;
}

/** Starts a check in its own process. */
export function beginCheck(task: CheckTask): Checking {
  const child = fork(script, [JSON.stringify(task)], {
    execArgv: [`--max-old-space-size=${heapMb}`],
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
  let isEnded = false;
  const gone = once(child, 'exit').catch((error: Error) => error);
  return {
    outcome: outcomeOf(child, gone).then((outcome) => (isEnded ? null : outcome)),
    end: async () => {
      isEnded = true;
      child.kill('SIGKILL');
      await gone;
    },
  };
}

async function outcomeOf(child: ChildProcess, gone: Promise<unknown>): Promise<CheckOutcome> {
  let message: CheckMessage | undefined;
  child.on('message', (sent) => {
    message = sent as CheckMessage;
  });
  const end = await gone;
  if (message !== undefined && 'outcome' in message) return message.outcome;
  const cause = message?.error ?? `the check ended early (${String(end)})`;
  return { status: 'unreadable', findings: [], events: 0, cause };
}
