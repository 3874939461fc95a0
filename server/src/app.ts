// Builds the server from its settings. Never listens.

import type { GivenToken } from './access/given-tokens';
import { Keyring } from './access/keyring';
import { ownNames } from './access/own-names';
import { type ChefBridge, createChefBridge } from './bridges/chef';
import { PuppetReports } from './bridges/puppet';
import { readTokenFile } from './config';
import { announceCommits, CommitSignal } from './events/commit-signal';
import { Intake } from './events/intake';
import { createHttpServer, type HttpServer } from './http/http-server';
import type { Logger } from './log';
import { createMetrics } from './metrics';
import type { Settings } from './settings';
import type { EventStore } from './store/event-store';
import type { CheckOutcome } from './store/integrity/check';
import { describeFinding } from './store/integrity/findings';
import { openSqliteStore } from './store/sqlite-store';
import type { StoreError } from './store/store-error';
import { type Address, parseAddress } from './tcp/listener';
import { Receiver } from './tcp/receiver';

/** The parts of a server, built and not yet listening. */
export interface App {
  readonly settings: Settings;
  readonly store: EventStore;
  readonly keyring: Keyring;
  /** Names that HTTP requests may use, in lower case, besides IP addresses and localhost. */
  readonly hostNames: ReadonlySet<string>;
  readonly intake: Intake;
  readonly receiver: Receiver;
  readonly http: HttpServer;
  readonly chef: ChefBridge;
  readonly puppet: PuppetReports;
  /** Tells the health check that the end has begun. */
  markStopping(): void;
}

/** What the app is given. */
export interface AppOptions {
  readonly settings: Settings;
  /** Tokens that are good from the start. */
  readonly tokens: readonly GivenToken[];
  readonly logger: Logger;
  /** Log lines that were dropped so far. */
  readonly droppedLogLines?: () => number;
  readonly version: string;
  /** Hears of a fault after which the server must end. */
  readonly onFatal: (error: StoreError) => void;
  /** Milliseconds between the start and the first check of the database; 10,000 when left out. */
  readonly checkDelayMs?: number;
  readonly clock?: () => number;
  /** Heap of each thread of the store in MiB, for tests of what happens when there is too little. */
  readonly threadHeapMb?: number;
}

/** The addresses of a setting that was checked. */
export function toAddresses(texts: readonly string[]): Address[] {
  return texts.flatMap((text) => parseAddress(text) ?? []);
}

/** Opens the store and builds all parts around it. Rejects with a `StoreError`. */
export async function createApp({
  settings,
  tokens,
  logger,
  droppedLogLines = () => 0,
  version,
  onFatal,
  clock = Date.now,
  checkDelayMs = 10_000,
  threadHeapMb,
}: AppOptions): Promise<App> {
  let stopping = false;
  const forwardToken = readTokenFile('chef-forward-token-file', settings['chef-forward-token-file']);
  const commits = new CommitSignal();
  const metrics = createMetrics();
  const opened = await openSqliteStore({
    file: settings.database,
    readers: settings.readers,
    limits: { maxRejects: settings['max-rejects'], maxRejectBytes: settings['max-reject-bytes'] },
    threadHeapMb,
    onFatal,
    onThreadDeath: (thread, { cause, method, pauseMs }) => {
      metrics.threadDied(thread);
      logger.error(
        { thread, method, code: cause.code, err: cause, pauseMs },
        'a thread of the store died; a new one starts',
      );
    },
    integrity: {
      intervalMs: settings['check-interval-hours'] * 3_600_000,
      delayMs: checkDelayMs,
      clock,
      onChecked: (outcome) => logCheck(logger, outcome),
    },
    onReadable: (files) =>
      logger.warn({ files }, 'every user of this machine may read the database; its owner can run chmod 600'),
  });
  const store = announceCommits(opened, commits);
  const keyring = await openKeyring(store, settings, tokens, clock);
  const intake = new Intake(store, metrics, (failure) => {
    if (failure) logger.error({ code: failure.code, err: failure }, 'events cannot be stored');
    else logger.info('events are stored again');
  });
  metrics.watch(intake, store, droppedLogLines);
  const receiver = new Receiver(
    intake,
    {
      addresses: toAddresses(settings.tcp),
      maxConnections: settings['max-tcp-connections'],
      allowedNetworks: settings['tcp-allow'],
      proxyNetworks: settings['tcp-proxies'],
      needsToken: () => keyring.needsToken('write'),
      maxLineBytes: settings['max-line-bytes'],
      idleMs: settings['tcp-idle-ms'],
      lineMs: settings['tcp-line-ms'],
    },
    metrics,
  );
  const chef = createChefBridge({ settings, forwardToken, intake, metrics, logger, clock });
  const puppet = new PuppetReports({ intake, metrics, log: logger, clock });
  const hostNames = new Set([
    ...settings['allowed-hosts'],
    ...toAddresses(settings.http).map(({ host }) => host.toLowerCase()),
    ...ownNames(),
  ]);
  const http = await createHttpServer({
    store,
    keyring,
    chef: chef.collector,
    puppet,
    intake,
    commits,
    metrics,
    settings,
    hostNames,
    clock,
    version,
    log: logger,
    isStopping: () => stopping,
  });
  return {
    settings,
    store,
    keyring,
    hostNames,
    intake,
    receiver,
    http,
    chef,
    puppet,
    markStopping: () => {
      stopping = true;
      commits.close();
    },
  };
}

function logCheck(logger: Logger, { status, findings, events, cause }: CheckOutcome): void {
  if (status === 'sound') logger.info({ events }, 'the check of the database found no damage');
  else if (status === 'unreadable') logger.warn({ cause }, 'the check of the database could not read it');
  else logger.error({ findings: findings.map(describeFinding) }, 'the check of the database found damage');
}

async function openKeyring(
  store: EventStore,
  settings: Settings,
  given: readonly GivenToken[],
  clock: () => number,
): Promise<Keyring> {
  try {
    return await Keyring.open({
      store: store.tokens,
      given,
      readAccess: settings['read-access'],
      writeAccess: settings['write-access'],
      clock,
    });
  } catch (error) {
    await store.close();
    throw error;
  }
}
