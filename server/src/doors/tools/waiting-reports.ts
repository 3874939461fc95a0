// Connects the queue of reports on disk to intake, rejected lines, metrics and log. Shared by the bridges of Puppet and
// Chef.

import type { Event } from '@anthracite/protocol';
import { type Mapping, type ReadReport, type ReportOrigin, ReportQueue } from '@anthracite/protocol/bridge';
import type { HostRun } from '@anthracite/protocol/change';
import type { Intake } from '../../events/intake';
import type { Logger } from '../../log';
import type { Metrics } from '../../metrics';
import { isPostgresAddress } from '../../postgres-address';
import type { Settings } from '../../settings';
import { ReportRejects } from './report-rejects';
import { type FailureHistory, RunFollower } from './run-follower';

/** The options of every bridge. */
export interface BridgeOptions {
  readonly settings: Settings;
  readonly store: FailureHistory;
  readonly intake: Intake;
  readonly metrics: Metrics;
  readonly log: Logger;
  readonly clock: () => number;
}

/** A tool that sends reports. */
export interface ReportTool<Value> {
  /** `puppet` or `chef`: the door of its events, and its folder. */
  readonly door: string;
  /** `Puppet` or `Chef`. */
  readonly name: string;
  /** `report` or `message`. */
  readonly what: string;
  /** Script that maps its reports. */
  readonly script: string;
  /** Converts a mapped report. */
  read(value: Value): ReportResult;
}

/** The result of a report, with its label in the metrics. */
export interface ReportResult extends ReadReport {
  readonly outcome: string;
}

/** The queue of a tool, and the recorder of its refusals. */
export interface WaitingReports<Value> {
  readonly queue: ReportQueue<Value>;
  /** Whether a successful run of a host may end a failure. */
  mayEndFailure(run: HostRun): boolean;
  /** Counts, logs and records a report that was refused before it reached the queue. */
  refused(origin: ReportOrigin, why: string): void;
}

/** Opens the queue of a tool next to the database. Rejects with the error of the file system. */
export async function openWaitingReports<Value>(
  { door, name, what, script, read }: ReportTool<Value>,
  { settings, store, intake, metrics, log, clock }: BridgeOptions,
): Promise<WaitingReports<Value>> {
  const rejects = new ReportRejects({ door, tool: name, what, intake, clock });

  const runs = new RunFollower({
    ...{ tool: door, store, clock },
    onUnknown: (err) => log.warn({ err }, `cannot read which hosts of ${name} failed before`),
  });

  const refused = (origin: ReportOrigin, why: string): void => {
    metrics.reportTaken(door, 'refused');
    log.warn({ ...origin, why }, `refused a ${name} ${what}`);
    rejects.refused(origin, why);
  };

  const settle = async (mapping: Mapping<Value>, origin: ReportOrigin): Promise<void> => {
    const result: ReportResult = mapping.ok
      ? read(mapping.value)
      : { outcome: 'unreadable', bad: mapping.why };
    const { outcome, run = null, event = null, bad } = result;
    await intake.whenRoom();
    if (bad !== undefined) {
      await rejects.unreadable(origin, bad);
      log.warn({ ...origin, why: bad }, `cannot parse a ${name} ${what}`);
    }
    const { isFolded } = await runs.follow(run, event, submit);
    metrics.reportTaken(door, isFolded ? 'folded' : outcome);
  };
  const submit = async (events: readonly Event[]): Promise<void> => {
    await intake.submit(door, (batch) => {
      for (const event of events) batch.addEvent(event);
    });
  };

  const queue = await ReportQueue.open<Value>({
    folder: `${settings['reports-folder'] || folderOf(settings.database)}/${door}`,
    maxBytes: settings['max-waiting-report-bytes'],
    script,
    settle,
    observer: {
      refused,
      failing: (why) =>
        log.error({ why }, `${name} ${what}s are waiting, because they cannot be read or stored`),
    },
  });
  metrics.watchReports(door, queue);
  return { queue, refused, mayEndFailure: ({ host }) => runs.knows(host) };
}

function folderOf(database: string): string {
  return isPostgresAddress(database) ? 'data/reports' : `${database}-reports`;
}
