// anthracite serve: runs the server until it is told to stop.

import type { App, Config, RunningServer } from '@anthracite/server';
import { formatAddress, StoreError } from '@anthracite/server/core';
import type { Command } from 'commander';
import type { Environment } from '../environment';
import { exitCodes } from '../exit-codes';
import { type DoorWarning, warnOfDoors } from '../open-doors';
import { addSettingOptions, readSettingFlags } from '../setting-options';
import { loadServer } from '../whole-server';
import type { CommandContext } from './context';

const examples = `
Each setting can also be given as a variable, or in a YAML file named by --config; a flag beats a variable, a variable
beats the file. \`anthracite config\` shows all of them, and where each came from.

Examples:
  $ anthracite serve
  $ anthracite serve --http :2006 --tcp :2005 --tcp-allow 10.0.0.0/8
  $ ANTHRACITE_TIME_ZONE=Europe/Amsterdam anthracite serve --database /var/lib/anthracite/anthracite.db`;

/** Adds the command. */
export function addServeCommand({ program, environment, end }: CommandContext): void {
  addSettingOptions(program.command('serve').description('run the server'))
    .addHelpText('after', examples)
    .action(async (_flags: unknown, command: Command) => {
      const config = loadServer().loadConfig(readSettingFlags(command), environment.variables);
      end(await runServer(config, environment));
    });
}

async function runServer({ settings, tokens }: Config, environment: Environment): Promise<number> {
  const { createApp, createLogger, serve } = loadServer();
  const logger = createLogger(settings['log-level']);
  let fail: (error: StoreError) => void = () => {};
  const failed = new Promise<StoreError>((resolve) => {
    fail = resolve;
  });
  const app = await createApp({ settings, tokens, logger, version: environment.version, onFatal: fail });
  const running = await serve(app);
  const warnings = findWarnings(app, running);
  for (const { addresses, message } of warnings) logger.warn({ addresses }, message);
  // Whoever waits for the ready line may signal as soon as it is there.
  const signalled = stopSignal(environment);
  const lines = [
    readyLine(running, settings.database, environment.version),
    ...warnings.map(({ addresses, message }) => `WARNING: ${addresses.join(' and ')}: ${message}`),
  ];
  environment.stdout.write(`${lines.join('\n')}\n`);
  const ended = await Promise.race([failed, signalled]);
  // Nothing more is written to a damaged file: it ends as it is.
  if (ended instanceof StoreError) throw ended;
  logger.info({ signal: ended.name }, 'stopping');
  // Whoever cannot wait signals again.
  const impatient = stopSignal(environment).then(({ exitCode }) => exitCode);
  const exitCode = await Promise.race([running.stop().then(() => exitCodes.done), impatient]);
  logger.info({ exitCode }, 'stopped');
  return exitCode;
}

function stopSignal(environment: Environment): Promise<{ name: string; exitCode: number }> {
  return new Promise((resolve) => environment.onSignal((name, exitCode) => resolve({ name, exitCode })));
}

function readyLine({ http, tcp }: RunningServer, database: string, version: string): string {
  const lines = tcp.length === 0 ? 'no lines' : `lines on ${tcp.map(formatAddress).join(' and ')}`;
  const web = http.length === 0 ? 'no HTTP' : `HTTP on ${http.map(formatAddress).join(' and ')}`;
  return `anthracite ${version} is ready: ${web}, ${lines}, events in ${database}`;
}

function findWarnings({ settings, keyring }: App, { http, tcp }: RunningServer): DoorWarning[] {
  return warnOfDoors({
    http,
    tcp,
    allowedNetworks: settings['tcp-allow'],
    readingNeedsToken: keyring.needsToken('read'),
    writingNeedsToken: keyring.needsToken('write'),
    hasTokens: keyring.tokens.length > 0,
    hasAdmin: keyring.hasTokenFor('admin'),
  });
}
