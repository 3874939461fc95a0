// GET /report: figures of a range: incidents, uptime, gains and deliveries.

import { calendarSpanAt, parseTime } from '@anthracite/protocol';
import { reportSchema } from '@anthracite/protocol/api';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { listFormats } from '../../../formats/registry';
import type { ReportFormat } from '../../../formats/report-formats';
import type { EventQuery, ReportOptions } from '../../../query/event-query';
import { maintenanceModes } from '../../../report/coverage';
import { readUptimeTargets } from '../../../report/error-budget';
import { periodsOf, type ReportPeriod, reportPeriods } from '../../../report/period';
import { previousRange } from '../../../report/previous';
import type { Settings } from '../../../settings';
import { byteOrderMark, markParameters } from '../answer/byte-order-mark';
import { sendCompressed } from '../answer/compression';
import { filterParameters, readEventQuery, readRange } from '../request/event-query';
import { choice, duration, type ParameterValues, time } from '../request/parameter-kinds';
import { RequestError } from '../request/request-error';
import { json, openParameters, queryMethods, route, typed } from '../request/route-options';
import { zoneParameter } from '../request/viewer-zone';
import type { RouteContext } from './context';

const maxPeriods = 400;
/** The parameters of a report, in the server's time zone. */
export const reportParameters = {
  ...filterParameters,
  from: time('start of the range, inclusive; default: start of this quarter'),
  until: time('end of the range, exclusive; default: now, which is also the latest end'),
  window: duration(
    'an incident is attributed to a deployment if the incident starts within this time after the deployment; default: the setting failure-window-minutes',
    { max: '24h', default: null },
  ),
  maintenance: choice(
    'whether downtime in maintenance windows reduces the uptime; default: the setting maintenance',
    maintenanceModes,
    null,
  ),
  period: choice('length of the parts into which the range is divided', reportPeriods, 'month'),
};
const zonedParameters = {
  ...reportParameters,
  tz: zoneParameter('time zone for `from`, `until` and the periods; default: the setting time-zone'),
};
const shapeParameters = {
  shape: choice(
    '`long`: one figure per row; `wide`: one period per row, with a column for each figure',
    ['long', 'wide'],
    'long',
  ),
};
const csvParameters = { ...zonedParameters, ...shapeParameters, ...markParameters };

/** Adds the routes. */
export function addReportRoutes(app: FastifyInstance, context: RouteContext): void {
  const asJson = route({
    id: 'getReport',
    summary: 'Returns the report of a range: figures on incidents, uptime, gains and software delivery',
    needs: 'read',
    query: zonedParameters,
    answers: {
      200: json(
        reportSchema,
        'the figures, with the ids of the events and spans that they are computed from',
      ),
    },
  });
  app.route({
    method: queryMethods,
    url: '/report',
    ...asJson,
    handler: (request, reply) => sendReport(context, request, reply, 'json'),
  });

  const asCsv = route({
    id: 'getReportAsCsv',
    summary: 'Returns the figures of `/report` as CSV, one figure or one period per row',
    needs: 'read',
    query: csvParameters,
    answers: { 200: typed(listFormats.csv.contentType, 'the figures') },
  });
  app.route({
    method: queryMethods,
    url: '/report/csv',
    ...asCsv,
    handler: (request, reply) => sendReport(context, request, reply, 'csv'),
  });
}

type ReportValues = ParameterValues<typeof reportParameters>;

/** The query of a report. */
export interface ReportQuery {
  /** The end of its range is exclusive. */
  readonly query: EventQuery;
  readonly period: ReportPeriod;
  readonly options: ReportOptions;
}

/** Reads the query; periods are calendar periods in `zone`. Throws a `RequestError`. */
export function readReportQuery(
  values: ReportValues,
  now: number,
  settings: Settings,
  zone = settings['time-zone'],
): ReportQuery {
  const { fromMs, untilMs } = readRange(values, {
    fromMs: calendarSpanAt(now, 'quarter', zone).start,
    untilMs: now,
  });
  const range = { fromMs, untilMs: Math.max(fromMs, Math.min(untilMs, now)) };
  const { period, window, maintenance } = values;
  const periods = periodsOf(range, period, zone, maxPeriods + 1);
  if (periods.length > maxPeriods) {
    throw RequestError.of('BAD_PARAMETER', {
      name: 'period',
      value: period,
      expected: `a period that divides the range into at most ${maxPeriods} parts; choose a longer period, or a shorter range`,
    });
  }
  const dataFrom =
    settings['data-from'] === '' ? null : parseTime(settings['data-from'], now, settings['time-zone']);
  const options: ReportOptions = {
    periods,
    failureWindowMs: window ?? settings['failure-window-minutes'] * 60_000,
    dataFromMs: dataFrom?.ok ? dataFrom.value : null,
    leavesOutMaintenance: (maintenance ?? settings.maintenance) === 'exclude',
    previous: previousRange(range, zone),
    targets: readUptimeTargets(settings['uptime-target']),
    groupKeys: { service: settings['service-tags'], team: settings['team-tags'] },
  };
  return { query: { ...readEventQuery(values, now), ...range }, period, options };
}

async function sendReport(
  context: RouteContext,
  request: FastifyRequest,
  reply: FastifyReply,
  format: 'json' | 'csv',
): Promise<FastifyReply> {
  const { store, clock, settings } = context;
  const table = format === 'csv' ? csvParameters : zonedParameters;
  const parameters = openParameters(request, context, table);
  const zone = parameters.value('tz', zonedParameters.tz) ?? settings['time-zone'];
  const values = parameters.inZone(zone).read(reportParameters);
  const { query, options } = readReportQuery(values, clock(), settings, zone);
  const isWide = format === 'csv' && parameters.read(shapeParameters).shape === 'wide';
  const written: ReportFormat = isWide ? 'wideCsv' : format;
  const { buffer, byteOffset, byteLength } = await store.report(query, options, written);
  if (format === 'csv') reply.header('Content-Disposition', 'attachment; filename="anthracite-report.csv"');
  const mark = format === 'csv' ? byteOrderMark(parameters.read(markParameters)) : '';
  const body = Buffer.concat([Buffer.from(mark), Buffer.from(buffer, byteOffset, byteLength)]);
  return sendCompressed(request, reply.type(listFormats[format].contentType), body);
}
