// anthracite-puppet-reporter listen: takes reports from Puppet's report processor http.

import { readFileSync } from 'node:fs';
import { preview } from '@anthracite/protocol';
import { listenForReports, type ReportAnswer, type ReportRequest } from '@anthracite/protocol/bridge';
import type { Command } from 'commander';
import { beginOf, beginsAsReport, isPlainlyUnchanged } from '../first-bytes';
import { type MappingOptions, readMappingOptions } from '../options';
import {
  addCommonOptions,
  type BridgeEnvironment,
  type Flags,
  maxReportBytes,
  name,
  openPipeline,
  readOptions,
  UsageError,
  version,
} from './command-options';
import type { Pipeline } from './pipeline';

const defaultListen = { host: '127.0.0.1', port: 2007 };

/** Adds the command. */
export function addListenCommand(program: Command, environment: BridgeEnvironment): void {
  const command = program
    .command('listen')
    .description("take reports from Puppet's report processor http")
    .argument('[address]', 'where to listen', `${defaultListen.host}:${defaultListen.port}`)
    .option('--token-file <file>', 'a file with the token that reports must carry');
  addCommonOptions(command).action(async (given: string, flags: Flags) => {
    const options = readOptions(flags);
    const { host, port } = parseListenAddress(given);
    const token = readToken(flags['tokenFile']);
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
      `${name} ${version()} is ready: reports on ${host}:${listener.port}, events to ${flags.tcp}\n`,
    );
    await stopped(environment.stopping);
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

function readToken(file: unknown): string | null {
  if (typeof file !== 'string') return null;
  const token = readFileSync(file, 'utf8').trim();
  if (token === '') throw new UsageError(`--token-file ${file} is empty; expected a token`);
  return token;
}

function parseListenAddress(text: string): { host: string; port: number } {
  const match = /^(?:(.*):)?(\d{1,5})$/.exec(text);
  const port = Number(match?.[2]);
  if (!match || port > 65_535)
    throw new UsageError(
      `the address ${preview(text)} is not understood; expected one such as 127.0.0.1:2007`,
    );
  return { host: (match[1] ?? defaultListen.host).replace(/^\[|\]$/g, ''), port };
}

function stopped(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
