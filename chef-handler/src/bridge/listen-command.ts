// anthracite-chef-handler listen: takes what Chef's data collector sends.

import { once } from 'node:events';
import { isPlainUrl, preview } from '@anthracite/protocol';
import {
  type BridgeEnvironment,
  type BridgeFlags,
  BridgeUsageError,
  listenForReports,
  parseListenAddress,
  type ReportAnswer,
  type ReportRequest,
  readBridgeToken,
  sayTo,
} from '@anthracite/protocol/bridge';
import type { Command } from 'commander';
import { DataCollector } from '../data-collector';
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
    .description("take what Chef's data collector sends")
    .argument('[address]', 'where to listen', `${defaultHost}:2007`)
    .option('--token-file <file>', 'a file with the token that messages must carry')
    .option('--forward-url <url>', 'another data collector that gets a copy of all messages')
    .option('--forward-token-file <file>', 'a file with the token of the other data collector');
  addCommonOptions(command).action(async (given: string, flags: ListenFlags) => {
    const options = readOptions(flags);
    const { host, port } = parseListenAddress(given, defaultHost);
    const token = readBridgeToken('--token-file', flags.tokenFile);
    const relay = openRelay(flags, environment);
    const sender = await openSender(flags, environment);
    const say = sayTo(environment, commandName);
    const collector = new DataCollector({
      relay,
      submit: (event) => sender.take(event),
      onOutcome: (outcome, _peer, why = '') => {
        if (outcome === 'unreadable') say(`a message is not understood: ${why}`);
        if (outcome === 'refused') say('a message is refused: too many wait to be read');
      },
    });
    const listener = await listenForReports({
      host,
      port,
      maxBodyBytes: maxMessageBytes,
      token,
      answer: (request) => answer(request, collector, options),
    });
    sender.start();
    const where = `${host.includes(':') ? `[${host}]` : host}:${listener.port}`;
    environment.stdout.write(
      `${commandName} ${version()} is ready: messages on ${where}, events to ${flags.tcp}\n`,
    );
    if (!environment.stopping.aborted) await once(environment.stopping, 'abort');
    await listener.close();
    await collector.close(drainMs);
    await Promise.all([relay?.close(drainMs), sender.close()]);
  });
}

// An answer before any work. Never a 5xx: Chef would try again for minutes, and hold up the run.
function answer(
  { body, headers, query }: ReportRequest,
  collector: DataCollector,
  base: MappingOptions,
): ReportAnswer {
  const read = readMappingOptions(query, base);
  if (!read.ok) {
    const error = `the parameter ${preview(read.name)} is ${preview(read.value)}; expected ${read.expected}`;
    return { status: 400, body: { error, code: 'BAD_PARAMETER' } };
  }
  if (collector.take({ body, headers, options: read.options, peer: '' })) {
    return { status: 202, body: { status: 'accepted' } };
  }
  return {
    status: 429,
    body: { error: 'more messages wait than memory is set aside for', code: 'MESSAGES_FULL' },
  };
}

function openRelay(
  { forwardUrl, forwardTokenFile }: ListenFlags,
  environment: BridgeEnvironment,
): MessageRelay | null {
  const token = readBridgeToken('--forward-token-file', forwardTokenFile);
  if (forwardUrl === undefined) return null;
  if (!isPlainUrl(forwardUrl)) {
    throw new BridgeUsageError(
      `--forward-url is ${preview(forwardUrl)}; expected an http(s) URL without user and password`,
    );
  }
  const say = sayTo(environment, commandName);
  let lastReason = '';
  return new MessageRelay({
    url: forwardUrl,
    token,
    observer: {
      passed: () => {
        if (lastReason !== '') say('messages are passed on again');
        lastReason = '';
      },
      dropped: (reason) => {
        if (reason !== lastReason) say(`messages are not passed on: ${reason}`);
        lastReason = reason;
      },
    },
  });
}
