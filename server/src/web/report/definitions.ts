// Labels, units and definitions of the figures of a report, the same as in `docs/report.md`.

import type { Measure } from '../measure';
import type { Better } from './change';

/** Label, unit and definition of a figure; names of other figures are in backticks. */
export interface Definition {
  readonly label: string;
  /** `summary`: count, mean, median and p90 of durations. */
  readonly measure: Measure | 'summary';
  /** Whether a larger value is better; by default, it depends. */
  readonly better?: Better;
  readonly text: string;
}

export const incidentDefinitions = {
  count: {
    label: 'Incidents',
    measure: 'count',
    better: 'less',
    text: 'number of incidents that started in the range',
  },
  open: {
    label: 'Open',
    measure: 'count',
    better: 'less',
    text: 'number of incidents that were open at the end of the range, whenever they started',
  },
  timeToDetect: {
    label: 'Time to detect',
    measure: 'summary',
    better: 'less',
    text: 'TTD: time from start to detection, for incidents that started in the range and have both marks; 0 if the detection is earlier than the start',
  },
  timeToResolve: {
    label: 'Time to resolve',
    measure: 'summary',
    better: 'less',
    text: 'TTR: time from start to end, for incidents that started in the range and have both marks in this order; the end may be later than the range',
  },
  timeToRestore: {
    label: 'Detected to resolved',
    measure: 'summary',
    better: 'less',
    text: 'time from detection to end, for incidents that started in the range and have both marks in this order',
  },
  timeBetweenFailures: {
    label: 'Time between failures',
    measure: 'summary',
    better: 'more',
    text: 'MTBF: time from the start of one incident to the start of the next, for incidents that started in the range',
  },
  downMs: {
    label: 'Downtime',
    measure: 'duration',
    better: 'less',
    text: 'time within the range with at least one incident whose weight is above 0; where incidents overlap, the time counts once',
  },
  weightedDownMs: {
    label: 'Weighted downtime',
    measure: 'duration',
    better: 'less',
    text: '`downMs`, where each instant counts with the largest weight of the incidents at that instant',
  },
  uptime: {
    label: 'Uptime',
    measure: 'share',
    better: 'more',
    text: '1 minus `downMs` divided by the time that counts (time with data, without excluded maintenance)',
  },
  weightedUptime: {
    label: 'Weighted uptime',
    measure: 'share',
    better: 'more',
    text: '1 minus `weightedDownMs` divided by the time that counts',
  },
  oddMarks: {
    label: 'With inconsistent marks',
    measure: 'count',
    better: 'less',
    text: 'number of incidents in the range with marks that are missing, duplicate, out of order or invalid; the times of these incidents may be wrong',
  },
} as const satisfies Record<string, Definition>;

export const gainDefinitions = {
  count: {
    label: 'Gains',
    measure: 'count',
    better: 'more',
    text: 'number of gains that started in the range',
  },
  open: {
    label: 'Open',
    measure: 'count',
    better: 'more',
    text: 'number of gains that were open at the end of the range, whenever they started',
  },
  duration: {
    label: 'Duration',
    measure: 'summary',
    better: 'more',
    text: 'time from start to end, for gains that started in the range and have ended',
  },
  gainMs: {
    label: 'Gain time',
    measure: 'duration',
    better: 'more',
    text: 'time within the range with at least one gain whose weight is above 0; where gains overlap, the time counts once',
  },
  weightedGainMs: {
    label: 'Weighted gain time',
    measure: 'duration',
    better: 'more',
    text: '`gainMs`, where each instant counts with the largest weight of the gains at that instant',
  },
  share: { label: 'Share', measure: 'share', better: 'more', text: '`gainMs` divided by the time with data' },
  oddMarks: {
    label: 'With inconsistent marks',
    measure: 'count',
    better: 'less',
    text: 'number of gains in the range with marks that are missing, duplicate, out of order or invalid; the times of these gains may be wrong',
  },
} as const satisfies Record<string, Definition>;

export const deliveryDefinitions = {
  deployments: {
    label: 'Deployments',
    measure: 'count',
    text: 'number of deployments, which are events of a type `deploy_<project>`. A deployment with marks of its start and its end counts once, at its start. Events with the same type, `env`, `service` and `version` that are at most 15 minutes apart count once, unless another version was deployed in between',
  },
  deploymentsPerDay: {
    label: 'Deployment frequency',
    measure: 'count',
    text: '`deployments` per day with data',
  },
  changeLeadTime: {
    label: 'Change lead time',
    measure: 'summary',
    better: 'less',
    text: 'time from commit to deployment, for each tag `commit_time=<unix timestamp>` of a deployment',
  },
  failed: {
    label: 'Failed deployments',
    measure: 'count',
    better: 'less',
    text: 'number of deployments that were aborted, were rolled back within 7 days, or have an incident attributed to them',
  },
  aborted: {
    label: 'Aborted deployments',
    measure: 'count',
    better: 'less',
    text: 'number of deployments with a tag `exit` other than 0, or a tag such as `outcome=failed` or `status=aborted`',
  },
  rollbacks: {
    label: 'Rollbacks',
    measure: 'count',
    better: 'less',
    text: 'number of deployments with a tag `rollback`, or with a version that was first deployed earlier than the version that they replace',
  },
  changeFailRate: {
    label: 'Change fail rate',
    measure: 'share',
    better: 'less',
    text: '`failed` divided by `deployments`',
  },
  failedDeploymentRecoveryTime: {
    label: 'Failed deployment recovery time',
    measure: 'summary',
    better: 'less',
    text: 'time from start to end of the incidents that are attributed to deployments; for a failed deployment without such an incident, time from the deployment to its rollback',
  },
  rework: {
    label: 'Rework',
    measure: 'count',
    better: 'less',
    text: 'number of `rollbacks`, of deployments with a tag `hotfix` or `rework`, and of deployments during an incident that is attributed to an earlier deployment of the same type, `env` and `service`',
  },
  deploymentReworkRate: {
    label: 'Deployment rework rate',
    measure: 'share',
    better: 'less',
    text: '`rework` divided by `deployments`',
  },
  commitsLeftOut: {
    label: 'Excluded commits',
    measure: 'count',
    text: 'number of commits without a valid time, of commits that are later than their deployment, and of commits of deployments that were aborted or are rollbacks',
  },
} as const satisfies Record<string, Definition>;

/** Labels of all figures by name. */
const labels: Readonly<Record<string, string>> = Object.fromEntries(
  [gainDefinitions, deliveryDefinitions, incidentDefinitions].flatMap((table) =>
    Object.entries(table).map(([name, { label }]) => [name, label]),
  ),
);

/** The parts of a definition: text, and the parts in backticks. Names of figures become their labels. */
export function definitionParts(text: string): { readonly text: string; readonly isCode: boolean }[] {
  return text.split('`').map((part, i) => {
    const label = i % 2 === 1 ? labels[part] : undefined;
    return { text: label?.toLowerCase() ?? part, isCode: i % 2 === 1 && label === undefined };
  });
}
