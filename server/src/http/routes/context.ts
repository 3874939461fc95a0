// What the routes are given to work with.

import type { DataCollector } from '@anthracite/chef-handler';
import type { Intake } from '../../events/intake';
import type { Metrics } from '../../metrics';
import type { Settings } from '../../settings';
import type { EventStore } from '../../store/event-store';

export interface RouteContext {
  readonly store: EventStore;
  readonly intake: Intake;
  readonly chefCollector: DataCollector;
  readonly metrics: Metrics;
  readonly settings: Settings;
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
    /** What a token must allow. */
    needs?: 'read' | 'write' | 'admin';
  }
}
