// anthracite-puppet-reporter listen: receives reports from Puppet's report processor http.

import { once } from 'node:events';
import { preview } from '@anthracite/protocol';
import {
  type BridgeEnvironment,
  type BridgeFlags,
  listenForReports,
  maxWaitingFlag,
  openSpooledQueue,
  parseListenAddress,
  type RefusedReport,
  type ReportAnswer,
  type ReportRequest,
  RunHistoryFolder,
  readBridgeToken,
  sayTo,
  sentenceOfRefusal,
} from '@anthracite/protocol/bridge';
import type { Command } from 'commander';
import { isPuppetClient } from '../client-kind';
import { beginOf, beginsAsReport, edgesOf, hostOf } from '../first-bytes';
import { mappingScript } from '../index';
import type { Mapped } from '../mapping';
import { type MappingOptions, readMappingOptions } from '../options';
import { ReportCollector } from '../report-collector';
import {
  addCommonOptions,
  commandName,
  maxReportBytes,
  openSender,
  readOptions,
  version,
} from './command-options';

const defaultHost = '127.0.0.1';
const drainMs = 4_000;

/** Adds the command. */
export function addListenCommand(program: Command, environment: BridgeEnvironment): void {
  const command = program
    .command('listen')
    .description("receive reports from Puppet's report processor http")
    .argument('[address]', 'address to listen on', `${defaultHost}:2007`)
    .option('--token-file <file>', 'file with the token that reports must have')
    .option(...maxWaitingFlag);
  addCommonOptions(command).action(async (given: string, flags: BridgeFlags) => {
    const options = readOptions(flags);
    const say = sayTo(environment, commandName);
    const { host, port } = parseListenAddress(given, defaultHost);
    const token = readBridgeToken('--token-file', flags['tokenFile'] as string | undefined);
    const sender = await openSender(flags, environment);
    const runs = new RunHistoryFolder(flags.spool, say);
    const queue = await openSpooledQueue<Mapped>({
      ...{ flags, sender, runs, say, what: 'report', script: mappingScript },
      read: (mapped) => (mapped.kind === 'bad' ? { bad: mapped.why } : mapped),
    });
    const collector = new ReportCollector({
      queue,
      clock: Date.now,
      mayEndFailure: (run) => runs.knows(run),
      onUnchanged: () => {},
    });
    const listener = await listenForReports({
      host,
      port,
      maxBodyBytes: maxReportBytes,
      token,
      answer: (request) => answer(request, collector, options),
      refuse: (refused) => refuse(refused, say),
    });
    sender.start();
    environment.stdout.write(
      `${commandName} ${version()} is ready: reports on ${host}:${listener.port}, events to ${flags.tcp}\n`,
    );
    if (!environment.stopping.aborted) await once(environment.stopping, 'abort');
    await listener.close();
    await queue.close(drainMs);
    await sender.close();
  });
}

function refuse({ headers, begin, answer }: RefusedReport, say: (text: string) => void): ReportAnswer {
  say(sentenceOfRefusal('report', hostOf(begin), String(answer.body['error'])));
  return forClient(answer, headers);
}

// Puppet's client would delay its run if it were asked to try again.
function forClient(answer: ReportAnswer, headers: ReportRequest['headers']): ReportAnswer {
  const { retryAfter: _, ...final } = answer;
  return isPuppetClient(headers) ? final : answer;
}

const refusal = (status: number, code: string, error: string): ReportAnswer => ({
  status,
  body: { error, code },
});
const full = refusal(503, 'REPORTS_FULL', 'too many reports are waiting; this one was not accepted');
const notKept = refusal(503, 'REPORT_NOT_KEPT', 'the report could not be written to disk in time');

// Answers as soon as the report is on disk, before it is mapped.
async function answer(
  { body, query, headers }: ReportRequest,
  collector: ReportCollector,
  base: MappingOptions,
): Promise<ReportAnswer> {
  const read = readMappingOptions(query, base);
  if (!read.ok) {
    const { name: option, value, expected } = read;
    return refusal(
      400,
      'BAD_PARAMETER',
      `the parameter ${preview(option)} is ${preview(value)}; expected ${expected}`,
    );
  }
  const edges = edgesOf(body);
  if (!beginsAsReport(edges)) {
    return refusal(
      400,
      'BODY_NOT_REPORT',
      `the body is not a Puppet report; it starts with ${preview(beginOf(edges))}`,
    );
  }
  const outcome = await collector.take(body, read.options, '');
  if (outcome === 'kept') return { status: 202, body: { status: 'accepted' } };
  return forClient({ ...(outcome === 'full' ? full : notKept), retryAfter: 1 }, headers);
}
