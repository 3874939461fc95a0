// Runs a server until it is told to stop, and says where it listens and what is open.

import type { App, Config, Log, RunningServer } from '@anthracite/server';
import { formatAddress, StoreError } from '@anthracite/server/core';
import type { Environment } from './environment';
import { exitCodes } from './exit-codes';
import { type DoorWarning, warnOfDoors } from './open-doors';
import { warnOfOpenFiles } from './open-files';
import { loadServer } from './whole-server';

/** What else a server does while it runs. */
export interface Company {
  /** Begins when the server is built, before it listens; what it resolves with is called when it stops. */
  begin(app: App): Promise<() => void>;
  /** Lines for the terminal, below the ready line. */
  welcome(running: RunningServer): readonly string[];
}

// A log that nobody reads does not hold up the end.
const logCloseMs = 200;

const alone: Company = { begin: async () => () => {}, welcome: () => [] };

/** Runs a server until a signal, or a fault of the database, ends it. Resolves with the exit code, or rejects with the fault. */
export async function runServer(
  config: Config,
  environment: Environment,
  company: Company = alone,
): Promise<number> {
  const { openLog } = loadServer();
  // A server is of use to others than whoever reads its output.
  environment.goOnWithoutOutput();
  const log = openLog(config.settings['log-level']);
  try {
    return await runLogged(log, config, environment, company);
  } finally {
    await log.close(logCloseMs);
  }
}

async function runLogged(
  log: Log,
  { settings, tokens, ignoredVariables }: Config,
  environment: Environment,
  company: Company,
): Promise<number> {
  const { createApp, removeAbandonedFolders, serve } = loadServer();
  const { logger } = log;
  if (ignoredVariables.length > 0) {
    logger.info({ variables: ignoredVariables }, 'ignoring variables of a Kubernetes service or Docker link');
  }
  const folders = removeAbandonedFolders();
  if (folders.length > 0) logger.info({ folders }, 'removed temporary folders of ended servers');
  let fail: (error: StoreError) => void = () => {};
  const failed = new Promise<StoreError>((resolve) => {
    fail = resolve;
  });
  const app = await createApp({
    settings,
    tokens,
    logger,
    droppedLogLines: () => log.dropped,
    version: environment.version,
    onFatal: fail,
  });
  const leave = await company.begin(app);
  const running = await serve(app);
  const warnings = findWarnings(app, running);
  for (const { addresses, message } of warnings) logger.warn({ addresses }, message);
  const overcommitted = warnOfOpenFiles(settings, environment.maxOpenFiles());
  if (overcommitted !== null) logger.warn(overcommitted);
  // Whoever waits for the ready line may signal as soon as it is there.
  const signalled = stopSignal(environment);
  const lines = [
    readyLine(running, settings.database, environment.version),
    ...company.welcome(running),
    ...warnings.map(({ addresses, message }) => `WARNING: ${addresses.join(' and ')}: ${message}`),
    ...(overcommitted === null ? [] : [`WARNING: ${overcommitted}`]),
  ];
  environment.stdout.write(`${lines.join('\n')}\n`);
  const ended = await Promise.race([failed, signalled]);
  leave();
  // Nothing more is written to a damaged file: it ends as it is.
  if (ended instanceof StoreError) throw ended;
  logger.info({ signal: ended.name }, 'stopping');
  // Whoever cannot wait signals again.
  const impatient = stopSignal(environment).then((signal) => ({ ...signal, isWhole: false }));
  const stopped = running.stop().then((isWhole) => ({ ...ended, isWhole }));
  const { name, isWhole, ...signal } = await Promise.race([stopped, impatient]);
  const exitCode = isWhole ? exitCodes.done : signal.exitCode;
  logger.info({ exitCode }, 'stopped');
  // A thread in the midst of something would hold up an exit.
  if (!isWhole) environment.endBySignal(name);
  return exitCode;
}

function stopSignal(environment: Environment): Promise<{ name: NodeJS.Signals; exitCode: number }> {
  return new Promise((resolve) => environment.onSignal((name, exitCode) => resolve({ name, exitCode })));
}

function readyLine({ http, tcp }: RunningServer, database: string, version: string): string {
  const lines = tcp.length === 0 ? 'no lines' : `lines on ${tcp.map(formatAddress).join(' and ')}`;
  const web = http.length === 0 ? 'no HTTP' : `HTTP on ${http.map(formatAddress).join(' and ')}`;
  return `anthracite ${version} is ready: ${web}, ${lines}, events in ${database}`;
}

function findWarnings({ settings, keyring, hostNames }: App, { http, tcp }: RunningServer): DoorWarning[] {
  return warnOfDoors({
    http,
    tcp,
    allowedNetworks: settings['tcp-allow'],
    hostNames: [...hostNames],
    hasAllowedHosts: settings['allowed-hosts'].length > 0,
    readingNeedsToken: keyring.needsToken('read'),
    writingNeedsToken: keyring.needsToken('write'),
    hasTokens: keyring.tokens.length > 0,
    hasAdmin: keyring.hasTokenFor('admin'),
  });
}
