// Redirects the addresses of the original Anthracite, which dashboards of Graph-Explorer and timeserieswidget link to.

import type { FastifyInstance, FastifyReply } from 'fastify';
import { timelinePath } from '../../../../web/timeline/timeline-address';
import { forBrowsers } from '../../request/page-constraint';
import { RequestError } from '../../request/request-error';
import { route } from '../../request/route-options';
import { parseId } from '../events';

type ById = { Params: { id: string } };

const maxSecondsDigits = 12;

const redirect = (id: string | null, needs: 'nothing' | 'read' = 'nothing') =>
  route({
    id,
    summary: 'Redirects an address of the original Anthracite to the page that replaces this address',
    needs,
    answers: { 301: 'redirects to the new address' },
  });

/** Adds the routes. */
export function addOriginalAddresses(app: FastifyInstance): void {
  const lead = (reply: FastifyReply, to: string): FastifyReply => reply.redirect(to, 301);

  app.get<ById>('/events/view/:id', redirect('getOriginalEvent'), ({ params }, reply) =>
    lead(reply, `/events/${parseId(params.id)}`),
  );
  app.get<ById>('/events/edit/:id', redirect('getOriginalEditForm'), ({ params }, reply) =>
    lead(reply, `/events/${parseId(params.id)}/edit`),
  );
  app.get('/events/add', redirect('getOriginalAddForm'), (_request, reply) => lead(reply, '/add'));
  app.get<{ Params: { time: string } }>(
    '/events/add/:time',
    redirect('getOriginalAddFormAt'),
    ({ params }, reply) => lead(reply, `/add?time=${encodeURIComponent(instantOf(params.time))}`),
  );
  app.get('/events/table', redirect('getOriginalTable'), (_request, reply) => lead(reply, '/events/'));
  app.get('/events/timeline', { constraints: forBrowsers, ...redirect(null, 'read') }, (_request, reply) =>
    lead(reply, timelinePath),
  );
}

/** `ts=1467844481` as ISO 8601. Throws a `RequestError` for anything else. */
function instantOf(text: string): string {
  const [, seconds] = /^ts=(-?\d+(?:\.\d{1,3})?)$/.exec(text) ?? [];
  const time = new Date(Number(seconds) * 1_000);
  if (seconds === undefined || seconds.length > maxSecondsDigits || Number.isNaN(time.valueOf())) {
    throw RequestError.of('NOT_FOUND', { value: `/events/add/${text.slice(0, 40)}` });
  }
  return time.toISOString();
}
