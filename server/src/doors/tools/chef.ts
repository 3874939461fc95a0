// Accepts the messages that Chef Infra Client and Cinc Client send about their runs. Connects the data collector to
// settings, intake, metrics and log.

import {
  DataCollector,
  hostOf,
  isChefClient,
  type Mapped,
  MessageRelay,
  mappingOptions,
  mappingScript,
} from '@anthracite/chef-handler';
import { type Tool, takenOf } from './tool';
import { type BridgeOptions, openWaitingReports, type ReportResult } from './waiting-reports';

const name = 'chef';

/** The options of the tool. */
export interface ChefOptions extends BridgeOptions {
  /** The current token of the other data collector; null for none. */
  readonly forwardToken: () => string | null;
}

/** Opens the tool. Rejects with the error of the file system. */
export async function openChef(options: ChefOptions): Promise<Tool<typeof mappingOptions>> {
  const { metrics, clock, settings } = options;
  const { queue, refused, mayEndFailure } = await openWaitingReports<Mapped>(
    {
      ...{ door: name, name: 'Chef', what: 'message' },
      ...{ script: mappingScript, read: resultOf },
    },
    options,
  );
  const relay = createRelay(options);
  const collector = new DataCollector({
    ...{ queue, relay, clock, mayEndFailure },
    onOutcome: (outcome) => metrics.reportTaken(name, outcome),
  });
  return {
    name,
    summary: "Accepts a message of Chef's data collector; the server processes the message after the answer",
    paths: ['/chef/data-collector', '/chef/data-collector/'],
    needs: 'write',
    maxBytes: settings['max-chef-message-bytes'],
    options: mappingOptions,
    answers: {
      202: 'the message is on disk; the server processes it later',
      413: 'the message is too large',
      429: 'the message could not be written to disk; sent only to clients of Chef and Cinc',
      503: 'the message could not be written to disk',
    },
    take: async ({ body, headers, options: wanted, peer }) =>
      takenOf(await collector.take({ body, headers, options: wanted, peer })),
    busyAnswer: (headers) => (isChefClient(headers) ? 'too_many' : 'retry'),
    refuse: (begin, origin, why) => refused({ ...origin, host: hostOf(begin) }, why),
    close: async (maxMs) => {
      await Promise.all([relay?.close(maxMs), queue.close(maxMs)]);
    },
  };
}

function resultOf(mapped: Mapped): ReportResult {
  const { outcome } = mapped;
  return outcome === 'unreadable' ? { outcome, bad: mapped.why } : mapped;
}

function createRelay({ settings, forwardToken, metrics, log }: ChefOptions): MessageRelay | null {
  const url = settings['chef-forward-url'];
  if (url === '') return null;
  let lastReason = '';
  return new MessageRelay({
    url,
    token: forwardToken,
    observer: {
      passed: () => {
        metrics.reportTaken(name, 'forwarded');
        if (lastReason !== '') log.info('forwarding Chef messages works again');
        lastReason = '';
      },
      dropped: (reason) => {
        metrics.reportTaken(name, 'not_forwarded');
        if (reason !== lastReason) log.error({ reason }, 'cannot forward Chef messages');
        lastReason = reason;
      },
    },
  });
}
