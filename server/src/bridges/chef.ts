// Joins Chef's data collector to the settings, the intake, the metrics and the log. Knows no HTTP.

import { DataCollector, MessageRelay } from '@anthracite/chef-handler';
import { problem } from '@anthracite/protocol';
import type { Intake } from '../events/intake';
import { LateIntake } from '../events/late-intake';
import type { Logger } from '../log';
import type { Metrics } from '../metrics';
import type { Settings } from '../settings';

const tool = 'chef';

/** What the bridge is given. */
export interface ChefBridgeOptions {
  readonly settings: Settings;
  /** The token of the other data collector; null for none. */
  readonly forwardToken: string | null;
  readonly intake: Intake;
  readonly metrics: Metrics;
  readonly logger: Logger;
  readonly clock: () => number;
}

/** The collector, and how it ends. */
export interface ChefBridge {
  readonly collector: DataCollector;
  /** Resolves when all that was taken is stored, or given up after so many milliseconds. */
  close(maxMs: number): Promise<void>;
}

/** Builds it. */
export function createChefBridge(options: ChefBridgeOptions): ChefBridge {
  const { intake, metrics, logger, clock } = options;
  const lateIntake = new LateIntake(intake, {
    door: tool,
    onLost: (events) => {
      metrics.eventsLost(tool, events);
      logger.error({ events }, 'events of Chef are lost, because they cannot be stored');
    },
  });
  const relay = createRelay(options);
  const collector = new DataCollector({
    relay,
    submit: (event) => lateIntake.submit(event),
    onOutcome: (outcome, peer, why = '') => {
      metrics.reportTaken(tool, outcome);
      if (outcome !== 'unreadable') return;
      logger.warn({ peer, why }, 'a message of Chef is not understood');
      // Its place in the ledger; its text may hold secrets, so none of it is kept.
      const found = problem('BAD_REPORT', { tool: 'Chef', why });
      const line = Buffer.from('# message of Chef');
      intake
        .submit(tool, (batch) => batch.addReject(line, found, { door: tool, peer }, clock()))
        .catch(() => {}); // the intake has told and counted it already
    },
  });
  return {
    collector,
    close: async (maxMs) => {
      await Promise.all([relay?.close(maxMs), collector.close(maxMs).then(() => lateIntake.close())]);
    },
  };
}

function createRelay({ settings, forwardToken, metrics, logger }: ChefBridgeOptions): MessageRelay | null {
  const url = settings['chef-forward-url'];
  if (url === '') return null;
  let lastReason = '';
  return new MessageRelay({
    url,
    token: forwardToken,
    observer: {
      passed: () => {
        metrics.reportTaken(tool, 'forwarded');
        if (lastReason !== '') logger.info('messages of Chef are passed on again');
        lastReason = '';
      },
      dropped: (reason) => {
        metrics.reportTaken(tool, 'not_forwarded');
        if (reason !== lastReason) logger.error({ reason }, 'messages of Chef are not passed on');
        lastReason = reason;
      },
    },
  });
}
