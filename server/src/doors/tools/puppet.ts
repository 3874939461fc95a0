// Accepts the reports that Puppet's report processor `http` sends. Connects the report collector to settings, intake,
// metrics and log.

import { preview } from '@anthracite/protocol';
import {
  beginOf,
  beginsAsReport,
  edgesOf,
  hostOf,
  isPuppetClient,
  type Mapped,
  mappingOptions,
  mappingScript,
  ReportCollector,
} from '@anthracite/puppet-reporter';
import { type Tool, takenOf } from './tool';
import { type BridgeOptions, openWaitingReports, type ReportResult } from './waiting-reports';

const name = 'puppet';

/** Opens the tool. Rejects with the error of the file system. */
export async function openPuppet(options: BridgeOptions): Promise<Tool<typeof mappingOptions>> {
  const { metrics, clock, settings } = options;
  const { queue, refused, mayEndFailure } = await openWaitingReports<Mapped>(
    {
      ...{ door: name, name: 'Puppet', what: 'report' },
      ...{ script: mappingScript, read: resultOf },
    },
    options,
  );
  const collector = new ReportCollector({
    ...{ queue, clock, mayEndFailure },
    onUnchanged: () => metrics.reportTaken(name, 'unchanged'),
  });
  return {
    name,
    summary:
      "Accepts a report of Puppet's `http` report processor; the server processes the report after the answer",
    paths: ['/puppet/reports', '/puppet/reports/'],
    needs: 'write',
    maxBytes: settings['max-puppet-report-bytes'],
    options: mappingOptions,
    answers: {
      202: 'the report is on disk; a report of a run without changes is not kept',
      400: 'the body is not a report',
      413: 'the report is too large',
      503: 'the report could not be written to disk',
    },
    take: async ({ body, options: wanted, peer }) => {
      const edges = edgesOf(body);
      // A web page, an archive or a form is refused immediately. The thread checks everything else.
      if (!beginsAsReport(edges)) return { kind: 'foreign', begin: preview(beginOf(edges)) };
      return takenOf(await collector.take(body, wanted, peer));
    },
    busyAnswer: (headers) => (isPuppetClient(headers) ? 'no_retry' : 'retry'),
    refuse: (begin, origin, why) => refused({ ...origin, host: hostOf(begin) }, why),
    close: (maxMs) => queue.close(maxMs),
  };
}

function resultOf(mapped: Mapped): ReportResult {
  if (mapped.kind === 'event') return { outcome: 'event', run: mapped.run, event: mapped.event };
  if (mapped.kind === 'bad') return { outcome: 'unreadable', bad: mapped.why };
  return { outcome: mapped.why, run: mapped.run };
}
