// anthracite-puppet-reporter watch: sends the events of reports that Puppet's report processor store writes.

import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type BridgeEnvironment, type BridgeFlags, sayTo } from '@anthracite/protocol/bridge';
import type { Command } from 'commander';
import {
  addCommonOptions,
  commandName,
  maxReportBytes,
  openPipeline,
  readOptions,
  version,
} from './command-options';
import { ReportFolder } from './report-folder';

const scanMs = 5_000;

/** Adds the command. */
export function addWatchCommand(program: Command, environment: BridgeEnvironment): void {
  const command = program
    .command('watch')
    .description("send the events of reports that Puppet's report processor store writes")
    .argument('<folder>', "Puppet's reportdir, such as /var/lib/puppetserver/reports")
    .option('--from-start', 'on the first start, also send existing reports', false);
  addCommonOptions(command).action(async (folder: string, flags: BridgeFlags) => {
    const options = readOptions(flags);
    const say = sayTo(environment, commandName);
    const pipeline = await openPipeline(flags, environment);
    const reports = await ReportFolder.open(folder, join(flags.spool, 'watched.json'), {
      maxBytes: maxReportBytes,
      fromStart: flags['fromStart'] === true,
    });
    pipeline.start();
    environment.stdout.write(
      `${commandName} ${version()} is ready: reports in ${folder}, events to ${flags.tcp}\n`,
    );
    while (!environment.stopping.aborted) {
      try {
        await reports.scan(
          Date.now(),
          async ({ path, body }) => {
            await pipeline.take(body, options, path);
          },
          (path) => say(`${path} is larger than ${maxReportBytes} bytes, and is skipped`),
        );
      } catch (error) {
        say((error as Error).message);
      }
      await sleep(scanMs, undefined, { signal: environment.stopping }).catch(() => {});
    }
    await pipeline.close();
  });
}
