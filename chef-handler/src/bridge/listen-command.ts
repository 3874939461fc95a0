// anthracite-chef-handler listen: receives messages of Chef's data collector.

import { once } from 'node:events';
import { isPlainUrl, preview } from '@anthracite/protocol';
import {
  type BridgeEnvironment,
  type BridgeFlags,
  BridgeUsageError,
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
import { isChefClient } from '../client-kind';
import { DataCollector, mappingScript } from '../data-collector';
import { hostOf } from '../first-bytes';
import type { Mapped } from '../map-message';
import { MessageRelay } from '../message-relay';
import { type MappingOptions, readMappingOptions } from '../options';
import { addCommonOptions, commandName, openSender, readOptions, version } from './command-options';

const defaultHost = '127.0.0.1';
const maxMessageBytes = 32 * 1_048_576;
const drainMs = 4_000;

interface ListenFlags extends BridgeFlags {
  readonly tokenFile?: string;
  readonly forwardUrl?: string;
  readonly forwardTokenFile?: string;
}

/** Adds the command. */
export function addListenCommand(program: Command, environment: BridgeEnvironment): void {
  const command = program
    .command('listen')
    .description("receive messages of Chef's data collector")
    .argument('[address]', 'address to listen on', `${defaultHost}:2007`)
    .option('--token-file <file>', 'file with the token that messages must have')
    .option(...maxWaitingFlag)
    .option('--forward-url <url>', 'URL of another data collector that gets a copy of all messages')
    .option('--forward-token-file <file>', 'file with the token of the other data collector');
  addCommonOptions(command).action(async (given: string, flags: ListenFlags) => {
    const options = readOptions(flags);
    const { host, port } = parseListenAddress(given, defaultHost);
    const token = readBridgeToken('--token-file', flags.tokenFile);
    const relay = openRelay(flags, environment);
    const sender = await openSender(flags, environment);
    const say = sayTo(environment, commandName);
    const runs = new RunHistoryFolder(flags.spool, say);
    const queue = await openSpooledQueue<Mapped>({
      ...{ flags, sender, runs, say, what: 'message', script: mappingScript },
      read: (mapped) =>
        mapped.outcome === 'unreadable' ? { bad: mapped.why } : 'run' in mapped ? mapped : {},
    });
    const collector = new DataCollector({
      queue,
      relay,
      clock: Date.now,
      mayEndFailure: (run) => runs.knows(run),
      onOutcome: () => {},
    });
    const listener = await listenForReports({
      host,
      port,
      maxBodyBytes: maxMessageBytes,
      token,
      answer: (request) => answer(request, collector, options),
      refuse: (refused) => refuse(refused, say),
    });
    sender.start();
    const where = `${host.includes(':') ? `[${host}]` : host}:${listener.port}`;
    environment.stdout.write(
      `${commandName} ${version()} is ready: messages on ${where}, events to ${flags.tcp}\n`,
    );
    if (!environment.stopping.aborted) await once(environment.stopping, 'abort');
    await listener.close();
    await Promise.all([relay?.close(drainMs), queue.close(drainMs)]);
    await sender.close();
  });
}

function refuse({ headers, begin, answer }: RefusedReport, say: (text: string) => void): ReportAnswer {
  say(sentenceOfRefusal('message', hostOf(begin), String(answer.body['error'])));
  return forClient(answer, headers);
}

// Chef's client must not get a 5xx: it would retry for minutes and delay the run.
function forClient(answer: ReportAnswer, headers: ReportRequest['headers']): ReportAnswer {
  if (answer.status < 500 || !isChefClient(headers)) return answer;
  return { status: 429, body: answer.body };
}

const unavailable = (code: string, error: string): ReportAnswer => ({
  status: 503,
  body: { error, code },
  retryAfter: 1,
});
const full = unavailable('REPORTS_FULL', 'too many messages are waiting; this one was not accepted');
const notKept = unavailable('REPORT_NOT_KEPT', 'the message could not be written to disk in time');

// Answers as soon as the message is on disk, before it is mapped.
async function answer(
  { body, headers, query }: ReportRequest,
  collector: DataCollector,
  base: MappingOptions,
): Promise<ReportAnswer> {
  const read = readMappingOptions(query, base);
  if (!read.ok) {
    const error = `the parameter ${preview(read.name)} is ${preview(read.value)}; expected ${read.expected}`;
    return { status: 400, body: { error, code: 'BAD_PARAMETER' } };
  }
  const outcome = await collector.take({ body, headers, options: read.options, peer: '' });
  if (outcome === 'kept') return { status: 202, body: { status: 'accepted' } };
  return forClient(outcome === 'full' ? full : notKept, headers);
}

function openRelay(
  { forwardUrl, forwardTokenFile }: ListenFlags,
  environment: BridgeEnvironment,
): MessageRelay | null {
  const token = readBridgeToken('--forward-token-file', forwardTokenFile);
  if (forwardUrl === undefined) return null;
  if (!isPlainUrl(forwardUrl)) {
    throw new BridgeUsageError(
      `--forward-url is ${preview(forwardUrl)}; expected an http or https URL without user and password`,
    );
  }
  const say = sayTo(environment, commandName);
  let lastReason = '';
  return new MessageRelay({
    url: forwardUrl,
    token: () => token,
    observer: {
      passed: () => {
        if (lastReason !== '') say('messages are forwarded again');
        lastReason = '';
      },
      dropped: (reason) => {
        if (reason !== lastReason) say(`messages are not forwarded: ${reason}`);
        lastReason = reason;
      },
    },
  });
}
