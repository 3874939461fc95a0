// anthracite-puppet-reporter send: sends the events of some reports, and is done. For puppet apply, and cron.

import { readFile } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { ClientError, defaultRetry, printable, withRetry } from '@anthracite/protocol';
import { BridgeUsageError } from '@anthracite/protocol/bridge';
import type { Command } from 'commander';
import {
  addCommonOptions,
  type BridgeEnvironment,
  exitCodes,
  type Flags,
  maxReportBytes,
  openPipeline,
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
    .description('send the events of some reports, and of what waits in the spool')
    .argument('<reports...>', 'files, such as last_run_report.yaml; - is standard input');
  addCommonOptions(command).action(async (files: readonly string[], flags: Flags) => {
    const options = readOptions(flags);
    const pipeline = await openPipeline(flags, environment);
    for (const file of files) {
      const body = file === '-' ? await readAll(environment.stdin) : await readFile(file);
      const mapped = await pipeline.take(body, options, file);
      if (mapped.kind === 'bad') end(exitCodes.refused);
      if (mapped.kind === 'skipped')
        environment.stdout.write(`${printable(file)}: no event (${mapped.why})\n`);
    }
    try {
      await withRetry(() => pipeline.flush(), defaultRetry);
    } catch (error) {
      // It is in the spool: the next command sends it.
      if (!(error instanceof ClientError)) throw error;
      sayTo(environment)(`${error.message}; the events wait in ${flags.spool}`);
      end(exitCodes.unavailable);
    }
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
