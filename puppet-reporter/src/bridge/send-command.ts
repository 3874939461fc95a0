// anthracite-puppet-reporter send: sends the events of report files and exits. For puppet apply and cron.

import { readFile } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { printable } from '@anthracite/protocol';
import {
  type BridgeEnvironment,
  type BridgeFlags,
  BridgeUsageError,
  bridgeExitCodes,
  flushSpool,
  sayTo,
} from '@anthracite/protocol/bridge';
import type { Command } from 'commander';
import { skipReasons } from '../mapping';
import { addCommonOptions, commandName, maxReportBytes, openPipeline, readOptions } from './command-options';

/** Adds the command. */
export function addSendCommand(
  program: Command,
  environment: BridgeEnvironment,
  end: (exitCode: number) => void,
): void {
  const command = program
    .command('send')
    .description('send the events of report files and of the spool')
    .argument('<reports...>', 'report files, such as last_run_report.yaml; - is standard input');
  addCommonOptions(command).action(async (files: readonly string[], flags: BridgeFlags) => {
    const options = readOptions(flags);
    const say = sayTo(environment, commandName);
    const pipeline = await openPipeline(flags, environment);
    for (const file of files) {
      const body = file === '-' ? await readAll(environment.stdin) : await readFile(file);
      const mapped = await pipeline.take(body, options, file);
      if (mapped.kind === 'bad') end(bridgeExitCodes.refused);
      if (mapped.kind === 'skipped')
        environment.stdout.write(`${printable(file)}: no event (${skipReasons[mapped.why]})\n`);
    }
    if (!(await flushSpool(pipeline, flags.spool, say))) end(bridgeExitCodes.unavailable);
    await pipeline.close();
  });
}

async function readAll(stdin: Readable): Promise<Buffer> {
  const pieces: Buffer[] = [];
  let length = 0;
  for await (const piece of stdin) {
    length += (piece as Buffer).length;
    if (length > maxReportBytes)
      throw new BridgeUsageError(`standard input has more than ${maxReportBytes} bytes; expected one report`);
    pieces.push(piece as Buffer);
  }
  return Buffer.concat(pieces);
}
