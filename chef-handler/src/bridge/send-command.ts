// anthracite-chef-handler send: sends the events of messages that Chef has written to files, and is done.

import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { ClientError, defaultRetry, withRetry } from '@anthracite/protocol';
import type { Command } from 'commander';
import { mapMessage } from '../map-message';
import {
  addCommonOptions,
  type BridgeEnvironment,
  exitCodes,
  type Flags,
  openSender,
  readOptions,
  sayTo,
} from './command-options';

/** Adds the command. */
export function addSendCommand(
  program: Command,
  environment: BridgeEnvironment,
  end: (exitCode: number) => void,
): void {
  const command = program
    .command('send')
    .description('send the events of messages in files, and of what waits in the spool')
    .argument('<files...>', 'files of data_collector.output_locations: a message a line');
  addCommonOptions(command).action(async (files: readonly string[], flags: Flags) => {
    const options = readOptions(flags);
    const say = sayTo(environment);
    const sender = await openSender(flags, environment);
    for (const file of files) {
      let number = 0;
      for await (const line of createInterface({ input: createReadStream(file), crlfDelay: 1_000 })) {
        number++;
        if (line.trim() === '') continue;
        const mapped = mapMessage(Buffer.from(line), options);
        if (mapped.outcome === 'event') sender.take(mapped.event);
        if (mapped.outcome !== 'unreadable') continue;
        say(`${file}, line ${number}, is not understood: ${mapped.why}`);
        end(exitCodes.refused);
      }
    }
    try {
      await withRetry(() => sender.flush(), defaultRetry);
    } catch (error) {
      // It is in the spool: the next command sends it.
      if (!(error instanceof ClientError)) throw error;
      say(`${error.message}; the events wait in ${flags.spool}`);
      end(exitCodes.unavailable);
    }
    await sender.close();
  });
}
