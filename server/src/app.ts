// Builds the server from its settings. Does not listen.

import { uptime } from 'node:os';
import type { GivenToken } from './access/given-tokens';
import { Keyring } from './access/keyring';
import { ownNames } from './access/own-names';
import type { EventStore } from './answers/event-store';
import { shareAnswers } from './answers/shared-answers';
import { openStore, type StoreOptions } from './app-store';
import { readTokenFile } from './config';
import { DogstatsdListener } from './doors/hooks/dogstatsd-listener';
import { HookDesk } from './doors/hooks/hook-desk';
import { createHttpServer, type HttpServer } from './doors/http/http-server';
import { hostName } from './doors/http/security/host-check';
import { TargetDesk, type TargetTesting } from './doors/targets/target-desk';
import { type Address, parseAddress } from './doors/tcp/listener';
import { Receiver } from './doors/tcp/receiver';
import type { Tool } from './doors/tools/tool';
import { openTools } from './doors/tools/tools';
import { CommitSignal } from './events/commit-signal';
import { Intake } from './events/intake';
import type { Hook } from './hooks/hook';
import { createMetrics, type Metrics } from './metrics';
import { Retention } from './retention';
import { readRetentionRules } from './retention-rule';
import type { Settings } from './settings';
import type { Target } from './targets/target';
import { readTlsFiles, TlsInUse } from './tls-files';

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
  readonly tools: readonly Tool[];
  readonly desk: HookDesk;
  readonly targets: TargetDesk;
  readonly dogstatsd: DogstatsdListener;
  readonly retention: Retention;
  /** The certificates in use; null if no address uses TLS. */
  readonly tls: TlsInUse | null;
  /**
   * Reads the files with tokens, certificates and hooks again. Throws a `SettingError`; their content from before then stays
   * in use.
   */
  reload(): void;
  /** Makes the health check report that the server is stopping. */
  markStopping(): void;
}

/** The options of the app. */
export interface AppOptions extends StoreOptions {
  /** Tokens that are valid from the start. */
  readonly tokens: readonly GivenToken[];
  /** Hooks of the configuration file; none without it. */
  readonly hooks?: readonly Hook[];
  /** Targets of the configuration file; none without it. */
  readonly targets?: readonly Target[];
  /** Replaces parts of the network and the clock for targets, in tests. */
  readonly targetTesting?: TargetTesting;
  /** Reads these tokens again, for `reload`. Throws a `SettingError`. */
  readonly readTokens?: () => readonly GivenToken[];
  /** Reads the hooks again, for `reload`. Throws a `SettingError`. */
  readonly readHooks?: () => readonly Hook[];
  /** Number of log lines dropped so far. */
  readonly droppedLogLines?: () => number;
  readonly version: string;
  /** Milliseconds between the start and the first removal of old events; default 60,000. */
  readonly retentionDelayMs?: number;
}

const retentionIntervalMs = 3_600_000;

/** Parses the addresses of a setting that was already validated. */
export function toAddresses(texts: readonly string[]): Address[] {
  return texts.flatMap((text) => parseAddress(text) ?? []);
}

/** Opens the store and builds all parts around it. Rejects with a `StoreError`; no thread is running then. */
export async function createApp(options: AppOptions): Promise<App> {
  const { settings } = options;
  const readForwardToken = () =>
    readTokenFile('chef-forward-token-file', settings['chef-forward-token-file']);
  const forwardToken = readForwardToken();
  const tlsFiles = readTlsFiles(settings);
  const metrics = createMetrics(options.version);
  const store = shareAnswers(await openStore(options, metrics));
  try {
    return await buildAround(store, {
      ...options,
      metrics,
      forwardToken,
      readForwardToken,
      tls: tlsFiles && new TlsInUse(tlsFiles),
    });
  } catch (error) {
    await store.close();
    throw error;
  }
}

interface PartOptions extends AppOptions {
  readonly metrics: Metrics;
  readonly forwardToken: string | null;
  readonly readForwardToken: () => string | null;
  readonly tls: TlsInUse | null;
}

async function buildAround(
  store: EventStore,
  {
    settings,
    tokens,
    hooks = [],
    targets: givenTargets = [],
    targetTesting,
    readTokens = () => tokens,
    readHooks = () => hooks,
    logger,
    droppedLogLines = () => 0,
    version,
    clock = Date.now,
    retentionDelayMs = 60_000,
    metrics,
    forwardToken: firstForwardToken,
    readForwardToken,
    tls,
  }: PartOptions,
): Promise<App> {
  let stopping = false;
  let forwardToken = firstForwardToken;
  const commits = new CommitSignal();
  store.onCommit(() => commits.notify());
  const keyring = await Keyring.open({
    store: store.tokens,
    given: tokens,
    readAccess: settings['read-access'],
    writeAccess: settings['write-access'],
    clock,
  });
  const intake = new Intake(store, metrics, (failure) => {
    if (failure) logger.error({ code: failure.code, err: failure }, 'cannot store events');
    else logger.info('storing events works again');
  });
  metrics.watch(intake, store, droppedLogLines);
  if (tls !== null) metrics.watchCertificate(() => tls.expiresAt);
  const receiver = new Receiver(
    intake,
    {
      addresses: toAddresses(settings.tcp),
      tlsAddresses: toAddresses(settings['tcp-tls']),
      tls,
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
  const tools = await openTools({
    settings,
    store,
    intake,
    metrics,
    log: logger,
    clock,
    forwardToken: () => forwardToken,
  });
  const desk = new HookDesk({ hooks, store, intake, metrics, log: logger, clock });
  const targets = new TargetDesk({
    ...{ store, commits, metrics, log: logger, clock },
    targets: givenTargets,
    allowedNetworks: settings['send-allow'],
    base: settings['public-url'],
    testing: targetTesting,
  });
  const dogstatsd = new DogstatsdListener({
    addresses: toAddresses(settings.dogstatsd),
    allowedNetworks: settings['dogstatsd-allow'],
    needsToken: () => keyring.needsToken('write'),
    ...{ intake, metrics, clock },
  });
  const retention = new Retention({
    store,
    rules: readRetentionRules(settings.retention),
    clock,
    uptime: () => 1_000 * uptime(),
    delayMs: retentionDelayMs,
    intervalMs: retentionIntervalMs,
    onRemoved: ({ count, firstMs, lastMs }) => {
      metrics.eventsRemoved('retention', count);
      const range = { first: new Date(firstMs).toISOString(), last: new Date(lastMs).toISOString() };
      logger.info({ count, ...range }, 'removed events that were too old');
    },
    onFailed: (error) => logger.error({ err: error }, 'cannot remove events that are too old'),
  });
  retention.start();
  const hostNames = new Set([
    ...settings['allowed-hosts'],
    ...toAddresses([...settings.http, ...settings.https]).map(({ host }) => host.toLowerCase()),
    ...ownNames(),
    ...(settings['public-url'] === '' ? [] : [hostName(new URL(settings['public-url']).host)]),
  ]);
  const http = await createHttpServer({
    store,
    keyring,
    tools,
    desk,
    targets,
    intake,
    commits,
    metrics,
    settings,
    retention,
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
    tools,
    desk,
    targets,
    dogstatsd,
    retention,
    tls,
    reload: () => {
      // Nothing changes if one of the files is wrong.
      const [given, forward, files] = [readTokens(), readForwardToken(), readTlsFiles(settings)];
      const configured = readHooks();
      if (files !== null) tls?.replace(files);
      keyring.replaceGiven(given);
      forwardToken = forward;
      desk.replace(configured);
    },
    markStopping: () => {
      stopping = true;
      commits.close();
    },
  };
}
