// What the routes are given to work with.

import type { DataCollector } from '@anthracite/chef-handler';
import type { Keyring } from '../../access/keyring';
import type { PuppetReports } from '../../bridges/puppet';
import type { CommitSignal } from '../../events/commit-signal';
import type { Intake } from '../../events/intake';
import type { Logger } from '../../log';
import type { Metrics } from '../../metrics';
import type { Settings } from '../../settings';
import type { EventStore } from '../../store/event-store';

export interface RouteContext {
  readonly store: EventStore;
  readonly intake: Intake;
  readonly chef: DataCollector;
  readonly commits: CommitSignal;
  readonly keyring: Keyring;
  readonly puppet: PuppetReports;
  readonly metrics: Metrics;
  readonly log: Logger;
  readonly settings: Settings;
  /** Names that the server goes by, in lower case, beside addresses and localhost. */
  readonly hostNames: ReadonlySet<string>;
  /** Milliseconds since the epoch, now. */
  readonly clock: () => number;
  readonly version: string;
  /** True once the server has been told to stop. */
  readonly isStopping: () => boolean;
}

declare module 'fastify' {
  interface FastifyContextConfig {
    /** True for a route that changes something: requests of foreign pages are refused there. */
    changesState?: boolean;
  }
}
