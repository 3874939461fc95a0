// GET /report: incidents, uptime, gains and deliveries of a range in numbers.

import { calendarSpanAt } from '@anthracite/protocol';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { listFormats } from '../../formats/registry';
import { reportToCsv } from '../../formats/report-csv';
import { reportToJson } from '../../formats/report-json';
import { periodsOf, reportPeriods } from '../../report/period';
import type { Report } from '../../report/report';
import { filterParameters, readEventQuery } from '../event-query';
import { RequestError } from '../request-error';
import { readParameters, route } from '../route-options';
import type { RouteContext } from './context';

const maxPeriods = 400;
const query = {
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
    query,
    answers: { 200: 'the figures, each with the ids of what it is made of' },
  });
  app.get('/report', json, async (request) => reportToJson(await readReport(context, request)));

  const csv = route({
    summary: 'The same, one figure a row',
    needs: 'read',
    query,
    answers: { 200: listFormats.csv.contentType },
  });
  app.get('/report/csv', csv, async (request, reply) =>
    reply
      .type(listFormats.csv.contentType)
      .header('Content-Disposition', 'attachment; filename="anthracite-report.csv"')
      .send(reportToCsv(await readReport(context, request))),
  );
}

function readReport(context: RouteContext, request: FastifyRequest): Promise<Report> {
  const now = context.clock();
  const zone = context.settings['time-zone'];
  const parameters = readParameters(request, context);
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
  return context.store.report({ ...asked, ...range }, periods);
}
