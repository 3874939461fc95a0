// API schemas: the report. docs/report.md defines each figure.

import { isoTime, list, nullable, numeric, object, text, truth, type Wire, whole } from './schema';

const ids = list(whole(), 'ids of events, at most 1000');
const share = nullable(numeric('a share, from 0 to 1; null if the divisor is 0'));

const summarySchema = object('Summary', 'A summary of durations; its figures are null without durations.', {
  count: whole(),
  meanMs: nullable(numeric()),
  medianMs: nullable(numeric()),
  p90Ms: nullable(numeric()),
});
export type SummaryAnswer = Wire<typeof summarySchema>;

const coverageSchema = object('Coverage', 'The data that the figures are based on.', {
  from: nullable(isoTime('time of the first data')),
  knownMs: numeric(),
  maintenanceMs: numeric(),
  maintenanceIgnored: whole(),
});

const incidentsSchema = object('IncidentFigures', 'Figures on incidents.', {
  count: whole(),
  open: whole(),
  timeToDetect: summarySchema,
  timeToResolve: summarySchema,
  timeToRestore: summarySchema,
  timeBetweenFailures: summarySchema,
  downMs: numeric(),
  weightedDownMs: numeric(),
  uptime: share,
  weightedUptime: share,
  oddMarks: whole(),
  spans: ids,
  oddMarkIds: ids,
});

const gainsSchema = object('GainFigures', 'Figures on gains.', {
  count: whole(),
  open: whole(),
  duration: summarySchema,
  gainMs: numeric(),
  weightedGainMs: numeric(),
  share,
  oddMarks: whole(),
  spans: ids,
  oddMarkIds: ids,
});

const deliverySchema = object('DeliveryFigures', 'Figures on deployments.', {
  deployments: whole(),
  deploymentsPerDay: nullable(numeric()),
  failed: whole(),
  aborted: whole(),
  rollbacks: whole(),
  rework: whole(),
  changeFailRate: share,
  deploymentReworkRate: share,
  failedDeploymentRecoveryTime: summarySchema,
  changeLeadTime: summarySchema,
  commitsLeftOut: whole(),
  deploymentIds: ids,
  failedIds: ids,
  reworkIds: ids,
  incidentIds: ids,
});

const figures = {
  coverage: coverageSchema,
  incidents: incidentsSchema,
  gains: gainsSchema,
  delivery: deliverySchema,
};

const incidentParts = list(
  object('IncidentPart', 'A part of the incidents.', { name: text(), figures: incidentsSchema }),
);
const periodSchema = object('ReportPeriod', 'A part of the range.', {
  name: text('such as 2026-01 or 2026-Q1'),
  from: isoTime(),
  until: isoTime(),
  ...figures,
});

export const reportSchema = object(
  'Report',
  'Figures on incidents, uptime, gains and software delivery of a range.',
  {
    from: isoTime(),
    until: isoTime(),
    ...figures,
    bySeverity: incidentParts,
    byOrigin: incidentParts,
    byType: incidentParts,
    byPeriod: list(periodSchema),
    gainsBySeverity: list(object('GainPart', 'A part of the gains.', { name: text(), figures: gainsSchema })),
    truncated: truth('true if a list of ids is incomplete'),
  },
);
export type ReportAnswer = Wire<typeof reportSchema>;
/** The figures of a range or a part of it. */
export type ReportFigures = Pick<ReportAnswer, keyof typeof figures>;
