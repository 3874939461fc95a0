// What the figures of a report are called on its page, what they are of, and how they are defined: as in `docs/report.md`.

import type { Measure } from '../figure';

/** A figure's name for people, what it is of, and its definition; names of other figures stand between backticks. */
export interface Definition {
  readonly label: string;
  /** `summary`: many durations, as count, mean, median and p90. */
  readonly measure: Measure | 'summary';
  readonly text: string;
}

export const incidentDefinitions = {
  count: { label: 'Incidents', measure: 'count', text: 'incidents that began in the range' },
  open: {
    label: 'Open',
    measure: 'count',
    text: 'incidents that were not over at the end of the range, whenever they began',
  },
  timeToDetect: {
    label: 'Time to detect',
    measure: 'summary',
    text: 'TTD: from start to detection, of those that began in the range and have both marks; 0 where the detection is marked first',
  },
  timeToResolve: {
    label: 'Time to resolve',
    measure: 'summary',
    text: 'TTR: from start to end, of those that began in the range and have both marks, one after the other; the end may lie behind the range',
  },
  timeToRestore: {
    label: 'Detected to resolved',
    measure: 'summary',
    text: 'from detection to end, of those that began in the range and have both marks, one after the other',
  },
  timeBetweenFailures: {
    label: 'Time between failures',
    measure: 'summary',
    text: 'MTBF: from the begin of one incident to that of the next, of those that began in the range',
  },
  downMs: {
    label: 'Down',
    measure: 'duration',
    text: 'the union of all incidents within the range, as far as they weigh anything: where two overlap, the time counts once',
  },
  weightedDownMs: {
    label: 'Down, weighted',
    measure: 'duration',
    text: 'the same, each instant multiplied by the largest weight that an incident has there',
  },
  uptime: { label: 'Uptime', measure: 'share', text: '1 - `downMs` / length of the range' },
  weightedUptime: {
    label: 'Uptime, weighted',
    measure: 'share',
    text: '1 - `weightedDownMs` / length of the range',
  },
} as const satisfies Record<string, Definition>;

export const gainDefinitions = {
  count: { label: 'Gains', measure: 'count', text: 'gains that began in the range' },
  open: {
    label: 'Open',
    measure: 'count',
    text: 'gains that were not over at the end of the range, whenever they began',
  },
  duration: {
    label: 'Length',
    measure: 'summary',
    text: 'from begin to end, of those that began in the range and are over',
  },
  gainMs: {
    label: 'Gaining',
    measure: 'duration',
    text: 'the union of all gains within the range, as far as they weigh anything',
  },
  weightedGainMs: {
    label: 'Gaining, weighted',
    measure: 'duration',
    text: 'the same, each instant multiplied by the largest weight that a gain has there',
  },
  share: { label: 'Share', measure: 'share', text: '`gainMs` / length of the range' },
} as const satisfies Record<string, Definition>;

export const deliveryDefinitions = {
  deployments: {
    label: 'Deployments',
    measure: 'count',
    text: 'events of a type `deploy_<project>`; one with marks of a start and an end is one, at its begin; events of one type and one `version=` tag that are no more than 15 minutes apart are one',
  },
  deploymentsPerDay: {
    label: 'Deployments per day',
    measure: 'count',
    text: '`deployments` / length of the range in days',
  },
  failed: {
    label: 'Failed deployments',
    measure: 'count',
    text: 'deployments that an incident is held against: each incident that weighs anything and is not `origin=external` is held against the last deployment in the hour before its begin, if there is one',
  },
  changeFailureRate: {
    label: 'Change failure rate',
    measure: 'share',
    text: '`failed` / `deployments`',
  },
  timeToRestore: {
    label: 'Time to restore',
    measure: 'summary',
    text: 'from start to end of the incidents that are held against deployments',
  },
  leadTime: {
    label: 'Lead time',
    measure: 'summary',
    text: 'from commit to deployment, of each tag `commit_time=<unix timestamp>` of a deployment; commits later than their deployment, or without a time, are left out and counted',
  },
} as const satisfies Record<string, Definition>;

/** Name -> what it is called, of all figures. */
const labels: Readonly<Record<string, string>> = Object.fromEntries(
  [gainDefinitions, deliveryDefinitions, incidentDefinitions].flatMap((table) =>
    Object.entries(table).map(([name, { label }]) => [name, label]),
  ),
);

/** The parts of a definition: text, and what stood between backticks, a figure by its name for people. */
export function definitionParts(text: string): { readonly text: string; readonly isCode: boolean }[] {
  return text.split('`').map((part, i) => {
    const label = i % 2 === 1 ? labels[part] : undefined;
    return { text: label?.toLowerCase() ?? part, isCode: i % 2 === 1 && label === undefined };
  });
}
