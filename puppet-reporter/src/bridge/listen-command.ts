// anthracite-puppet-reporter listen: takes reports from Puppet's report processor http.

import { once } from 'node:events';
import { preview } from '@anthracite/protocol';
import {
  type BridgeEnvironment,
  type BridgeFlags,
  listenForReports,
  parseListenAddress,
  type ReportAnswer,
  type ReportRequest,
  readBridgeToken,
} from '@anthracite/protocol/bridge';
import type { Command } from 'commander';
import { beginOf, beginsAsReport, isPlainlyUnchanged } from '../first-bytes';
import { type MappingOptions, readMappingOptions } from '../options';
import {
  addCommonOptions,
  commandName,
  maxReportBytes,
  openPipeline,
  readOptions,
  version,
} from './command-options';
import type { Pipeline } from './pipeline';

const defaultHost = '127.0.0.1';

/** Adds the command. */
export function addListenCommand(program: Command, environment: BridgeEnvironment): void {
  const command = program
    .command('listen')
    .description("take reports from Puppet's report processor http")
    .argument('[address]', 'where to listen', `${defaultHost}:2007`)
    .option('--token-file <file>', 'a file with the token that reports must carry');
  addCommonOptions(command).action(async (given: string, flags: BridgeFlags) => {
    const options = readOptions(flags);
    const { host, port } = parseListenAddress(given, defaultHost);
    const token = readBridgeToken('--token-file', flags['tokenFile'] as string | undefined);
    const pipeline = await openPipeline(flags, environment);
    const listener = await listenForReports({
      host,
      port,
      maxBodyBytes: maxReportBytes,
      token,
      answer: (request) => answer(request, pipeline, options),
    });
    pipeline.start();
    environment.stdout.write(
      `${commandName} ${version()} is ready: reports on ${host}:${listener.port}, events to ${flags.tcp}\n`,
    );
    if (!environment.stopping.aborted) await once(environment.stopping, 'abort');
    await listener.close();
    await pipeline.close();
  });
}

// An answer before any work. Never 429 or 503: Puppet's client would try again for minutes, and hold up the run.
function answer({ body, query }: ReportRequest, pipeline: Pipeline, base: MappingOptions): ReportAnswer {
  const refused = (status: number, code: string, error: string): ReportAnswer => ({
    status,
    body: { error, code },
  });
  const read = readMappingOptions(query, base);
  if (!read.ok) {
    const { name: option, value, expected } = read;
    return refused(
      400,
      'BAD_PARAMETER',
      `the parameter ${preview(option)} is ${preview(value)}; expected ${expected}`,
    );
  }
  if (!isPlainlyUnchanged(body)) {
    if (!beginsAsReport(body)) {
      return refused(
        400,
        'BODY_NOT_REPORT',
        `the body is no report of Puppet: it begins ${preview(beginOf(body))}`,
      );
    }
    if (pipeline.isFull(body.length))
      return refused(507, 'REPORTS_FULL', 'more reports wait than memory is set aside for');
    pipeline.take(body, read.options, 'a sender');
  }
  return { status: 202, body: { status: 'accepted' } };
}
