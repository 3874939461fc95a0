// GET /report for browsers, and GET /report/html: the page of the report.

import { calendarSpanAt, formatTime } from '@anthracite/protocol';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { periodsOf } from '../../../../report/period';
import type { Settings } from '../../../../settings';
import { binsOf, toBinCounts } from '../../../../web/chart/bin-counts';
import { type FieldProblem, type Filter, listedNames } from '../../../../web/filter';
import type { Chosen } from '../../../../web/links';
import type { RangeChoice } from '../../../../web/report/range-form';
import { reportPage } from '../../../../web/report/report-page';
import { frameOf, type PageContext, sendPage } from '../../answer/page-answer';
import { forBrowsers } from '../../request/page-constraint';
import { type PageQuery, problemOf, readPageQuery } from '../../request/page-query';
import { RequestError } from '../../request/request-error';
import { page, route } from '../../request/route-options';
import type { RouteContext } from '../context';
import { type ReportQuery, readReportQuery, reportParameters } from '../report';

const quartersShown = 5;

/** Adds the routes. */
export function addReportPage(app: FastifyInstance, context: RouteContext, pages: PageContext): void {
  const description = {
    summary: 'Returns the report as an HTML page, with charts and definitions',
    needs: 'read',
    query: reportParameters,
    answers: { 200: page() },
  } as const;
  const answer = (request: FastifyRequest, reply: FastifyReply) =>
    sendReportPage(context, pages, request, reply);
  app.get('/report', { constraints: forBrowsers, ...route({ ...description, id: null }) }, answer);
  app.get('/report/html', route({ ...description, id: 'getReportPage' }), answer);
}

async function sendReportPage(
  { store, clock, settings }: RouteContext,
  pages: PageContext,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const now = clock();
  const frame = frameOf(request, pages);
  const { zone } = frame.viewer;
  const query = readPageQuery(request, now, zone, ['maintenance']);
  const { filter, parameters, canonical } = query;
  if (canonical !== null) return reply.redirect(canonical, 303);
  const chosen = chosenBy(filter);
  const counting = { window: parameters.all('window'), maintenance: parameters.all('maintenance') };
  const typed = {
    from: filter.from,
    until: filter.until,
    period: parameters.last('period') ?? 'month',
    chosen,
    counting,
    choices: choicesAt(now, zone),
    zone,
  };
  const asked = readAsked(query, now, settings, zone);
  if ('message' in asked) {
    return sendPage(
      request,
      reply.code(400),
      reportPage(frame, { ...typed, problem: asked, range: null }, null),
    );
  }
  const { query: events, period, options } = asked;
  const bins = binsOf(events, zone);
  const [report, columns] = await Promise.all([
    store.illustratedReport(events, options, bins),
    store.countsBetween(events, [...bins.map(({ fromMs }) => fromMs), events.untilMs], 'type'),
  ]);
  const shown = {
    report,
    counts: toBinCounts(bins, columns),
    period,
    zone,
    chosen,
    counting,
    groupKeys: options.groupKeys,
  };
  return sendPage(request, reply, reportPage(frame, { ...typed, problem: null, range: events }, shown));
}

function readAsked(
  page: PageQuery,
  now: number,
  settings: Settings,
  zone: string,
): ReportQuery | FieldProblem {
  const problem = problemOf(page, now);
  if (problem !== null) return problem;
  try {
    return readReportQuery(page.parameters.read(reportParameters), now, settings, zone);
  } catch (error) {
    if (error instanceof RequestError) return { field: null, message: error.message };
    throw error;
  }
}

/** The filters of a view, without its range. */
export function chosenBy(filter: Filter): Chosen {
  const listed = listedNames.map((name): [string, readonly string[]] => [name, filter[name]]);
  return Object.fromEntries([...listed, ['q', filter.q === '' ? [] : [filter.q]]]);
}

// Recent quarters up to this one, this year and last year.
function choicesAt(now: number, zone: string): RangeChoice[] {
  const quarter = calendarSpanAt(now, 'quarter', zone);
  const year = calendarSpanAt(now, 'year', zone);
  let first = quarter.start;
  for (let i = 1; i < quartersShown; i++) first = calendarSpanAt(first - 1, 'quarter', zone).start;
  const lastYear = calendarSpanAt(year.start - 1, 'year', zone).start;
  return [
    ...periodsOf({ fromMs: lastYear, untilMs: year.end }, 'year', zone, 2),
    ...periodsOf({ fromMs: first, untilMs: quarter.end }, 'quarter', zone, quartersShown),
  ]
    .reverse()
    .map(({ name, fromMs, untilMs }) => ({
      name,
      from: dayOf(fromMs, zone),
      until: dayOf(untilMs, zone),
      range: { fromMs, untilMs: Math.min(untilMs, now) },
    }));
}

function dayOf(timeMs: number, zone: string): string {
  return formatTime(timeMs, zone).slice(0, 10);
}
