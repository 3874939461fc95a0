// Keeps the reports of a bridge on disk until their events are in its spool.

import type { HostRun } from '../change/run-history';
import type { Event } from '../event';
import { printable } from '../problem';
import { type BridgeFlags, readWaitingFlags } from './bridge-flags';
import type { RunHistoryFolder } from './run-history-folder';
import type { SpooledSender } from './spooled-sender';
import { ReportQueue } from './waiting/report-queue';

/** Options of the queue. */
export interface SpooledQueueOptions<Value> {
  readonly flags: BridgeFlags;
  readonly sender: SpooledSender;
  readonly runs: RunHistoryFolder;
  /** Called with a message for each problem. */
  readonly say: (text: string) => void;
  /** `report` or `message`. */
  readonly what: string;
  /** Script of the mapping thread, see `MappingThread`. */
  readonly script: string;
  /** Converts the result of a mapping. */
  read(value: Value): ReadReport;
}

/** A run and its event, or the reason why a report is not valid; neither for a report that is not of a run. */
export interface ReadReport {
  readonly run?: HostRun | null;
  readonly event?: Event | null;
  readonly bad?: string;
}

/** Opens the queue. Rejects with a `BridgeUsageError`, or the error of the file system. */
export function openSpooledQueue<Value>(options: SpooledQueueOptions<Value>): Promise<ReportQueue<Value>> {
  const { flags, sender, runs, say, what, script, read } = options;
  return ReportQueue.open<Value>({
    ...readWaitingFlags(flags),
    script,
    settle: async (mapping, { host }) => {
      const {
        run = null,
        event = null,
        bad,
      }: ReadReport = mapping.ok ? read(mapping.value) : { bad: mapping.why };
      await runs.follow(run, event, Date.now(), (one) => sender.submit(one));
      if (bad !== undefined) say(`the ${what} of ${nameOf(host)} is not valid: ${bad}`);
    },
    observer: {
      refused: ({ host }, why) => say(sentenceOfRefusal(what, host, why)),
      failing: (why) => say(`${what}s are waiting: ${why}`),
    },
  });
}

/** The message about a refused report, with its host. */
export function sentenceOfRefusal(what: string, host: string, why: string): string {
  return `a ${what} of ${nameOf(host)} was refused: ${why}`;
}

const nameOf = (host: string): string => (host === '' ? 'an unknown host' : printable(host));
