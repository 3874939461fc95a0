// API schemas: the report. docs/report.md defines each figure.

import {
  described,
  isoTime,
  list,
  nullable,
  numeric,
  object,
  oneOf,
  text,
  truth,
  type Wire,
  whole,
} from './schema';

const ids = (doc: string) => list(whole(), `ids of ${doc}, at most 1000`);
const share = (doc: string) => nullable(numeric(`${doc}, from 0 to 1; null if it cannot be computed`));

const summarySchema = object('Summary', 'The mean, median and p90 of durations; null without durations.', {
  count: whole('number of durations'),
  meanMs: nullable(numeric('mean of the durations, in milliseconds')),
  medianMs: nullable(numeric('median of the durations, in milliseconds')),
  p90Ms: nullable(numeric('the smallest duration that nine of ten durations do not exceed, in milliseconds')),
});
export type SummaryAnswer = Wire<typeof summarySchema>;

const coverageSchema = object(
  'Coverage',
  'The part of the range with data. All figures cover only this part.',
  {
    from: nullable(isoTime('start of the data in the range; null if the range has no data')),
    knownMs: numeric('time with data, in milliseconds'),
    maintenanceMs: numeric('the part of the time with data that is excluded as maintenance, in milliseconds'),
    maintenanceIgnored: whole(
      'number of maintenance windows that are not excluded, because they have no start mark or no end mark',
    ),
  },
);

const incidentsSchema = object('IncidentFigures', 'Figures on incidents.', {
  count: whole('number of incidents that started in the range'),
  open: whole('number of incidents that were open at the end of the range'),
  timeToDetect: described(summarySchema, 'time from the start of an incident to its detection'),
  timeToResolve: described(summarySchema, 'time from the start of an incident to its end'),
  timeToRestore: described(summarySchema, 'time from the detection of an incident to its end'),
  timeBetweenFailures: described(
    summarySchema,
    'time from the start of one incident to the start of the next',
  ),
  downMs: numeric('time with at least one incident that affects users, in milliseconds'),
  weightedDownMs: numeric('`downMs`, weighted by the severity and impact of the incidents'),
  uptime: share('share of the time without downtime'),
  weightedUptime: share('share of the time without downtime, computed from `weightedDownMs`'),
  oddMarks: whole('number of incidents with inconsistent marks; the times of these incidents may be wrong'),
  spans: ids('all incidents in the range'),
  oddMarkIds: ids('the incidents with inconsistent marks'),
});

const gainsSchema = object('GainFigures', 'Figures on gains.', {
  count: whole('number of gains that started in the range'),
  open: whole('number of gains that were open at the end of the range'),
  duration: described(summarySchema, 'time from the start of a gain to its end'),
  gainMs: numeric('time with at least one gain, in milliseconds'),
  weightedGainMs: numeric('`gainMs`, weighted by the severity and impact of the gains'),
  share: share('share of the time with a gain'),
  oddMarks: whole('number of gains with inconsistent marks; the times of these gains may be wrong'),
  spans: ids('all gains in the range'),
  oddMarkIds: ids('the gains with inconsistent marks'),
});

const deliverySchema = object('DeliveryFigures', 'Figures on deployments.', {
  deployments: whole('number of deployments'),
  deploymentsPerDay: nullable(numeric('deployments per day with data; null if the range has no data')),
  failed: whole(
    'number of deployments that were aborted, were rolled back, or have an incident attributed to them',
  ),
  aborted: whole('number of deployments that were aborted'),
  rollbacks: whole('number of deployments that are rollbacks'),
  rework: whole('number of rollbacks, and of other unplanned deployments after an incident'),
  changeFailRate: share('`failed` divided by `deployments`'),
  deploymentReworkRate: share('`rework` divided by `deployments`'),
  failedDeploymentRecoveryTime: described(
    summarySchema,
    'time from start to end of an incident that is attributed to a deployment; for a failed deployment without such an incident, from the deployment to its rollback',
  ),
  changeLeadTime: described(summarySchema, 'time from a commit to its deployment'),
  commitsLeftOut: whole('number of commits that do not count in `changeLeadTime`'),
  deploymentIds: ids('the events of the deployments'),
  failedIds: ids('the events of the failed deployments'),
  reworkIds: ids('the events of the deployments that count as rework'),
  incidentIds: ids('the incidents that are attributed to deployments'),
});

const errorBudgetSchema = object('ErrorBudget', 'The downtime that a target for the uptime allows.', {
  name: oneOf(
    ['all', 'sev1', 'sev2', 'sev3', 'sev4'],
    'the incidents of the target: all, or those of one severity',
  ),
  target: numeric('the target, from 0 to 1'),
  budgetMs: numeric('the downtime that the target allows in the time that counts, in milliseconds'),
  usedMs: numeric('the downtime of the incidents, in milliseconds'),
  leftMs: numeric('`budgetMs` - `usedMs`, in milliseconds; negative if the budget is exceeded'),
  left: nullable(numeric('`leftMs` / `budgetMs`, at most 1; null without data')),
});

const figures = {
  coverage: described(coverageSchema, 'the part of the range with data'),
  incidents: described(incidentsSchema, 'figures on incidents'),
  gains: described(gainsSchema, 'figures on gains'),
  delivery: described(deliverySchema, 'figures on deployments'),
  errorBudgets: list(errorBudgetSchema, 'an error budget for each target of the setting uptime-target'),
};

const change = (figure: string) => nullable(numeric(`change of \`${figure}\``));
const summaryChanges = (doc: string) =>
  described(
    object('SummaryChanges', 'Changes of a summary of durations.', {
      count: change('count'),
      meanMs: change('meanMs'),
      medianMs: change('medianMs'),
      p90Ms: change('p90Ms'),
    }),
    doc,
  );
const changesSchema = object(
  'Changes',
  'The changes of the figures since the period before: this period minus the period before. Null if one of the two is unknown. Counts and sums of time are also null if a part of the period before has no data.',
  {
    incidents: described(
      object('IncidentChanges', 'Changes of the figures on incidents.', {
        count: change('count'),
        open: change('open'),
        timeToDetect: summaryChanges('changes of `timeToDetect`'),
        timeToResolve: summaryChanges('changes of `timeToResolve`'),
        timeToRestore: summaryChanges('changes of `timeToRestore`'),
        timeBetweenFailures: summaryChanges('changes of `timeBetweenFailures`'),
        downMs: change('downMs'),
        weightedDownMs: change('weightedDownMs'),
        uptime: change('uptime'),
        weightedUptime: change('weightedUptime'),
        oddMarks: change('oddMarks'),
      }),
      'changes of the figures on incidents',
    ),
    gains: described(
      object('GainChanges', 'Changes of the figures on gains.', {
        count: change('count'),
        open: change('open'),
        duration: summaryChanges('changes of `duration`'),
        gainMs: change('gainMs'),
        weightedGainMs: change('weightedGainMs'),
        share: change('share'),
        oddMarks: change('oddMarks'),
      }),
      'changes of the figures on gains',
    ),
    delivery: described(
      object('DeliveryChanges', 'Changes of the figures on deployments.', {
        deployments: change('deployments'),
        deploymentsPerDay: change('deploymentsPerDay'),
        failed: change('failed'),
        aborted: change('aborted'),
        rollbacks: change('rollbacks'),
        rework: change('rework'),
        changeFailRate: change('changeFailRate'),
        deploymentReworkRate: change('deploymentReworkRate'),
        failedDeploymentRecoveryTime: summaryChanges('changes of `failedDeploymentRecoveryTime`'),
        changeLeadTime: summaryChanges('changes of `changeLeadTime`'),
        commitsLeftOut: change('commitsLeftOut'),
      }),
      'changes of the figures on deployments',
    ),
  },
);
export type ChangesAnswer = Wire<typeof changesSchema>;

const previousSchema = object('PreviousPeriod', 'The period before the range, and the changes since then.', {
  unit: nullable(
    oneOf(
      ['month', 'quarter', 'year'],
      'the unit, if the range is a calendar month, quarter or year; null if the period before only has the same length',
    ),
  ),
  from: isoTime('start of the period before'),
  until: isoTime('end of the period before, which is the start of the range'),
  ...figures,
  changes: described(changesSchema, 'the change of each figure since the period before'),
});

const groupSchema = object('GroupFigures', 'Figures of one service or one team.', {
  kind: oneOf(
    ['value', 'none', 'others'],
    '`value`: one service or team; `none`: without a tag; `others`: all further services or teams together',
  ),
  name: nullable(text('the value of the tag; null for `none` and `others`')),
  tag: nullable(
    text('the tag that all its incidents and deployments have; null if several tags, or types, name it'),
  ),
  values: whole('number of services or teams in this row'),
  incidents: whole('number of incidents that started in the range'),
  downMs: numeric('time with at least one of these incidents, in milliseconds'),
  uptime: share('share of the time without downtime, as if there were no other incidents'),
  deployments: whole('number of deployments'),
  failed: whole('number of failed deployments'),
  changeFailRate: share('`failed` divided by `deployments`'),
});
export type GroupAnswer = Wire<typeof groupSchema>;

const incidentPartSchema = object(
  'IncidentPart',
  'Figures on the incidents of one severity, origin or type.',
  {
    name: text('the severity, origin or type, such as `sev2`'),
    figures: described(incidentsSchema, 'figures on the incidents of this severity, origin or type'),
  },
);
const incidentParts = (doc: string) => list(incidentPartSchema, `figures on incidents for each ${doc}`);
const periodSchema = object('ReportPeriod', 'Figures of one month, quarter or year.', {
  name: text('the period, such as 2026-01 or 2026-Q1'),
  from: isoTime('start of the period'),
  until: isoTime('end of the period'),
  ...figures,
});

export const reportSchema = object(
  'Report',
  'Figures on incidents, uptime, gains and software delivery of a range.',
  {
    from: isoTime('start of the range'),
    until: isoTime('end of the range'),
    ...figures,
    previous: described(
      nullable(previousSchema),
      'the period before; null for an empty range, and if both periods together exceed the limits of a report',
    ),
    bySeverity: incidentParts('severity'),
    byOrigin: incidentParts('origin'),
    byType: incidentParts('type'),
    byPeriod: list(periodSchema, 'all figures for each month, quarter or year'),
    byService: list(groupSchema, 'figures for each service, most downtime first; at most 22 rows'),
    byTeam: list(groupSchema, 'figures for each team, most downtime first; at most 22 rows'),
    gainsBySeverity: list(
      object('GainPart', 'Figures on the gains of one severity.', {
        name: text('the severity, such as `sev2`'),
        figures: described(gainsSchema, 'figures on the gains of this severity'),
      }),
      'figures on gains for each severity',
    ),
    truncated: truth('true if a list of ids does not have all ids'),
  },
);
export type ReportAnswer = Wire<typeof reportSchema>;
/** The figures of a range or a part of it. */
export type ReportFigures = Pick<ReportAnswer, keyof typeof figures>;
