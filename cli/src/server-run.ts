// Runs a server until a signal stops it, and prints its addresses and warnings.

import { formatAddress, type LineAddress, zoneDataInUse, zoneWarning } from '@anthracite/protocol';
import type { App, Config, Log, RunningServer } from '@anthracite/server';
import { StoreError, shownDatabase } from '@anthracite/server/core';
import type { Environment } from './environment';
import { exitCodes } from './exit-codes';
import { type DoorWarning, warnOfDoors } from './open-doors';
import { warnOfOpenFiles } from './open-files';
import { passedSockets } from './passed-sockets';
import { loadServer } from './whole-server';

/** Additional work of a server while it runs, such as that of the demo. */
export interface Company {
  /** Starts the work before the server listens. Resolves with a function that ends it. */
  begin(app: App): Promise<() => void>;
  /** True if SIGHUP makes the server read its files again; otherwise it ends the server. */
  readonly isService: boolean;
  /** Lines for the terminal, below the ready line. */
  welcome(running: RunningServer): readonly string[];
}

// A log that nobody reads must not delay the exit for longer.
const logCloseMs = 200;

const alone: Company = { isService: true, begin: async () => () => {}, welcome: () => [] };

/** Runs a server until a signal or a database error ends it. Resolves with the exit code, or rejects with the error. */
export async function runServer(
  config: Config,
  environment: Environment,
  company: Company = alone,
): Promise<number> {
  const { openLog } = loadServer();
  // A server keeps running when its output is closed.
  environment.finishWithoutOutput();
  const log = openLog(config.settings['log-level'], {
    journalStream: environment.variables['JOURNAL_STREAM'],
  });
  try {
    return await runLogged(log, config, environment, company);
  } finally {
    await log.close(logCloseMs);
  }
}

async function runLogged(
  log: Log,
  { settings, tokens, readTokens, hooks, readHooks, targets, ignoredVariables }: Config,
  environment: Environment,
  company: Company,
): Promise<number> {
  const { createApp, removeAbandonedFolders, serve } = loadServer();
  const { logger } = log;
  if (ignoredVariables.length > 0) {
    logger.info({ variables: ignoredVariables }, 'ignoring variables of a Kubernetes service or Docker link');
  }
  let reload: () => void = () => {};
  if (company.isService) environment.onReload(() => reload());
  const folders = removeAbandonedFolders();
  if (folders.length > 0) logger.info({ folders }, 'removed temporary folders of ended servers');
  let fail: (error: StoreError) => void = () => {};
  const failed = new Promise<StoreError>((resolve) => {
    fail = resolve;
  });
  const app = await createApp({
    settings,
    tokens,
    hooks,
    targets,
    readTokens,
    readHooks,
    logger,
    droppedLogLines: () => log.dropped,
    version: environment.version,
    onFatal: fail,
  });
  reload = () => reloadFiles(app, logger);
  const leave = await company.begin(app);
  const running = await serve(app, passedSockets(environment.variables, environment.pid));
  logger.info(zoneDataInUse(), 'time zone data in use');
  const zoneDoubt = zoneWarning(settings['time-zone'], environment.now(), environment.variables);
  if (zoneDoubt !== undefined) logger.warn(zoneDoubt);
  const warnings = findWarnings(app, running);
  for (const { addresses, message } of warnings) logger.warn({ addresses }, message);
  if (app.tls !== null && app.tls.expiresAt < environment.now()) {
    logger.warn(
      { expired: new Date(app.tls.expiresAt).toISOString() },
      'the certificate of the server has expired',
    );
  }
  const overcommitted = warnOfOpenFiles(settings, environment.maxOpenFiles());
  if (overcommitted !== null) logger.warn(overcommitted);
  // Listens for signals before it prints the ready line, because a supervisor may send one right after it.
  const signalled = stopSignal(environment);
  const lines = [
    readyLine(running, shownDatabase(settings.database), environment.version),
    ...company.welcome(running),
    ...warnings.map(({ addresses, message }) => `WARNING: ${addresses.join(' and ')}: ${message}`),
    ...(overcommitted === null ? [] : [`WARNING: ${overcommitted}`]),
  ];
  environment.stdout.write(`${lines.join('\n')}\n`);
  const ended = await Promise.race([failed, signalled]);
  leave();
  // Ends without a shutdown, because nothing more may be written to a damaged file.
  if (ended instanceof StoreError) throw ended;
  logger.info({ signal: ended.name }, 'stopping');
  // A second signal ends the shutdown.
  const impatient = stopSignal(environment).then((signal) => ({ ...signal, isWhole: false }));
  const stopped = running.stop().then((isWhole) => ({ ...ended, isWhole }));
  const { name, isWhole, ...signal } = await Promise.race([stopped, impatient]);
  const exitCode = isWhole ? exitCodes.done : signal.exitCode;
  logger.info({ exitCode }, 'stopped');
  // A busy thread would delay a normal exit.
  if (!isWhole) environment.endBySignal(name);
  return exitCode;
}

function reloadFiles(app: App, logger: Log['logger']): void {
  try {
    app.reload();
    logger.info('read the files of tokens, certificates and hooks again');
  } catch (error) {
    logger.error(
      { err: error },
      'cannot read the files of tokens, certificates and hooks again; their previous content stays in use',
    );
  }
}

function stopSignal(environment: Environment): Promise<{ name: NodeJS.Signals; exitCode: number }> {
  return new Promise((resolve) => environment.onSignal((name, exitCode) => resolve({ name, exitCode })));
}

function readyLine({ http, https, tcp, tcpTls }: RunningServer, database: string, version: string): string {
  const on = (what: string, addresses: readonly LineAddress[]): string[] =>
    addresses.length === 0 ? [] : [`${what} on ${addresses.map(formatAddress).join(' and ')}`];
  const web = [...on('HTTP', http), ...on('HTTPS', https)];
  const lines = [...on('lines', tcp), ...on('lines over TLS', tcpTls)];
  const doors = [...(web.length === 0 ? ['no HTTP'] : web), ...(lines.length === 0 ? ['no lines'] : lines)];
  return `anthracite ${version} is ready: ${doors.join(', ')}, events in ${database}`;
}

function findWarnings(
  { settings, keyring, hostNames, tls }: App,
  { http, https, tcp, tcpTls }: RunningServer,
): DoorWarning[] {
  return warnOfDoors({
    http: [...http, ...https],
    // Senders with a certificate are let in by it.
    tcp: tls?.needsClientCertificate ? tcp : [...tcp, ...tcpTls],
    allowedNetworks: settings['tcp-allow'],
    hostNames: [...hostNames],
    hasAllowedHosts: settings['allowed-hosts'].length > 0,
    readingNeedsToken: keyring.needsToken('read'),
    writingNeedsToken: keyring.needsToken('write'),
    hasTokens: keyring.tokens.length > 0,
    hasAdmin: keyring.hasTokenFor('admin'),
  });
}
