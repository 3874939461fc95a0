// Checks a database file in a separate process for the server that started it: at the lowest priority, with its own
// memory, and stoppable at any time. Sends its findings back as a message.

import { setPriority } from 'node:os';
import { StoreError } from '../../store-error';
import { type CheckOutcome, checkFile } from './check';

/** The task of the process, as JSON in its first argument. */
export interface CheckTask {
  readonly file: string;
  readonly extent: 'all' | 'structure';
  /** Pause between slices, as a multiple of the time that they take; 0 for a check that somebody waits for. */
  readonly rest: number;
}

/** The message that it sends at its end. */
export type CheckMessage = { readonly outcome: CheckOutcome } | { readonly error: string };

const leastPriority = 19;

async function run({ file, extent, rest }: CheckTask): Promise<CheckMessage> {
  try {
    const outcome = await checkFile(file, {
      extent,
      rest,
      onProgress: () => {
        if (!process.connected) throw new Error('the server has ended');
      },
    });
    return { outcome };
  } catch (error) {
    return {
      error: error instanceof StoreError ? String(error.facts['cause'] ?? error.message) : String(error),
    };
  }
}

const task = JSON.parse(process.argv[2] ?? '') as CheckTask;
if (task.rest > 0) setPriority(leastPriority);
void run(task).then((message) => {
  if (process.connected) process.send?.(message, () => process.disconnect());
});
