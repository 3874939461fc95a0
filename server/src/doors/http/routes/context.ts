// Defines the context that all routes work with.

import type { Keyring } from '../../../access/keyring';
import type { EventStore } from '../../../answers/event-store';
import type { CommitSignal } from '../../../events/commit-signal';
import type { Intake } from '../../../events/intake';
import type { Logger } from '../../../log';
import type { Metrics } from '../../../metrics';
import type { RetentionRule } from '../../../retention-rule';
import type { Settings } from '../../../settings';
import type { HookDesk } from '../../hooks/hook-desk';
import type { TargetDesk } from '../../targets/target-desk';
import type { Tool } from '../../tools/tool';

export interface RouteContext {
  readonly store: EventStore;
  readonly intake: Intake;
  readonly commits: CommitSignal;
  readonly keyring: Keyring;
  readonly tools: readonly Tool[];
  readonly desk: HookDesk;
  readonly targets: TargetDesk;
  readonly metrics: Metrics;
  readonly log: Logger;
  readonly settings: Settings;
  readonly retention: {
    readonly rules: readonly RetentionRule[];
    /** Resolves with the time that the ages of events are counted from, in milliseconds since the epoch. */
    now(): Promise<number>;
  };
  /** Accepted host names, in lower case, besides IP addresses and localhost. */
  readonly hostNames: ReadonlySet<string>;
  /** The current time in milliseconds since the epoch. */
  readonly clock: () => number;
  readonly version: string;
  /** True once the server is stopping. */
  readonly isStopping: () => boolean;
}

declare module 'fastify' {
  interface FastifyContextConfig {
    /** True for a route that changes something: it refuses requests caused by pages of other sites. */
    changesState?: boolean;
  }
}
