// anthracite-chef-handler send: sends the events of messages that Chef has written to files, and exits.

import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import {
  type BridgeEnvironment,
  type BridgeFlags,
  bridgeExitCodes,
  flushSpool,
  RunHistoryFolder,
  sayTo,
} from '@anthracite/protocol/bridge';
import type { Command } from 'commander';
import { mapMessage } from '../map-message';
import { addCommonOptions, commandName, openSender, readOptions } from './command-options';

/** Adds the command. */
export function addSendCommand(
  program: Command,
  environment: BridgeEnvironment,
  end: (exitCode: number) => void,
): void {
  const command = program
    .command('send')
    .description('send the events of messages in files and of the spool')
    .argument('<files...>', 'files of data_collector.output_locations: one message per line');
  addCommonOptions(command).action(async (files: readonly string[], flags: BridgeFlags) => {
    const options = readOptions(flags);
    const say = sayTo(environment, commandName);
    const sender = await openSender(flags, environment);
    const runs = new RunHistoryFolder(flags.spool, say);
    for (const file of files) {
      let number = 0;
      for await (const line of createInterface({ input: createReadStream(file), crlfDelay: 1_000 })) {
        number++;
        if (line.trim() === '') continue;
        const mapped = mapMessage(Buffer.from(line), options);
        if (mapped.outcome === 'unreadable') {
          say(`${file}, line ${number}, is not valid: ${mapped.why}`);
          end(bridgeExitCodes.refused);
        } else if ('run' in mapped) {
          const event = mapped.outcome === 'event' ? mapped.event : null;
          await runs.follow(mapped.run, event, Date.now(), (one) => sender.submit(one));
        }
      }
    }
    if (!(await flushSpool(sender, flags.spool, say))) end(bridgeExitCodes.unavailable);
    await sender.close();
  });
}
