// GET /report: incidents, uptime, gains and deliveries of a range in numbers.

import { calendarSpanAt } from '@anthracite/protocol';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { listFormats } from '../../formats/registry';
import type { ReportFormat } from '../../formats/report-formats';
import { periodsOf, type ReportPeriod, reportPeriods } from '../../report/period';
import type { NamedRange } from '../../report/report';
import type { EventQuery } from '../../store/event-store';
import { sendCompressed } from '../compression';
import { filterParameters, readEventQuery } from '../event-query';
import type { Parameters } from '../parameters';
import { RequestError } from '../request-error';
import { readParameters, route } from '../route-options';
import type { RouteContext } from './context';

const maxPeriods = 400;
/** The parameters of a report, with what each means. */
export const reportParameters = {
  ...filterParameters,
  from: 'the begin of the range, included; the begin of this quarter when left out',
  until: 'the end of the range, not included, and not beyond now',
  period: `${reportPeriods.join(', ')}: what the range is divided by; month when left out`,
};

/** Adds the routes. */
export function addReportRoutes(app: FastifyInstance, context: RouteContext): void {
  const json = route({
    summary: 'Incidents, uptime, gains and deliveries of a range in numbers',
    needs: 'read',
    query: reportParameters,
    answers: { 200: 'the figures, each with the ids of what it is made of' },
  });
  app.get('/report', json, (request, reply) => sendReport(context, request, reply, 'json'));

  const csv = route({
    summary: 'The same, one figure a row',
    needs: 'read',
    query: reportParameters,
    answers: { 200: listFormats.csv.contentType },
  });
  app.get('/report/csv', csv, (request, reply) => sendReport(context, request, reply, 'csv'));
}

/** What a report is asked for. */
export interface ReportQuery {
  /** Its range has an end that is not included. */
  readonly query: EventQuery;
  readonly period: ReportPeriod;
  readonly periods: readonly NamedRange[];
}

/** Reads what is asked for; periods are those of the calendar in a time zone. Throws a `RequestError`. */
export function readReportQuery(parameters: Parameters, now: number, zone: string): ReportQuery {
  const asked = readEventQuery(parameters, now);
  const fromMs = parameters.time('from', calendarSpanAt(now, 'quarter', zone).start);
  const range = { fromMs, untilMs: Math.max(fromMs, Math.min(asked.untilMs, now)) };
  const period = parameters.choice('period', 'month', reportPeriods);
  const periods = periodsOf(range, period, zone, maxPeriods + 1);
  if (periods.length > maxPeriods) {
    throw RequestError.of('BAD_PARAMETER', {
      name: 'period',
      value: period,
      expected: `one of which the range has at most ${maxPeriods}; ask for a longer one, or a shorter range`,
    });
  }
  return { query: { ...asked, ...range }, period, periods };
}

async function sendReport(
  context: RouteContext,
  request: FastifyRequest,
  reply: FastifyReply,
  format: ReportFormat,
): Promise<FastifyReply> {
  const { store, clock, settings } = context;
  const parameters = readParameters(request, context);
  const { query, periods } = readReportQuery(parameters, clock(), settings['time-zone']);
  const { buffer, byteOffset, byteLength } = await store.report(query, periods, format);
  if (format === 'csv') reply.header('Content-Disposition', 'attachment; filename="anthracite-report.csv"');
  const body = Buffer.from(buffer, byteOffset, byteLength);
  return sendCompressed(request, reply.type(listFormats[format].contentType), body);
}
