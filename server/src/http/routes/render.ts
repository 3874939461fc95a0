// GET and POST /render: counts of events as Graphite's series.

import { Readable } from 'node:stream';
import type { FastifyInstance } from 'fastify';
import { render } from '../../graphite/render';
import { RequestError } from '../request-error';
import { readForm, route } from '../route-options';
import type { RouteContext } from './context';

const daySeconds = 86_400;

/** Adds the route. */
export function addRenderRoutes(app: FastifyInstance, context: RouteContext): void {
  const { store, clock } = context;
  const rendering = route({
    summary: 'Counts of events as series, for the functions of /functions',
    needs: 'read',
    query: {
      target: 'an expression such as summarize(events("deploy"), "1h"); may be repeated',
      from: 'the begin of the range; a day ago when left out',
      until: 'its end',
      format: 'json',
      maxDataPoints: 'at most so many points a series',
      noNullPoints: 'leave out points without a value',
      jsonp: 'the name of a function that is called with the answer',
    },
  });
  for (const url of ['/render', '/render/']) {
    app.route({
      method: ['GET', 'POST'],
      url,
      ...rendering,
      handler: async (request, reply) => {
        const parameters = readForm(request, context);
        const callback = parameters.callback('jsonp');
        const now = clock();
        const from = Math.floor(parameters.graphiteTime('from', now - daySeconds * 1000) / 1000);
        const until = Math.floor(parameters.graphiteTime('until', now) / 1000);
        if (from === until)
          throw RequestError.of('BAD_RENDER', { why: 'from and until are the same second' });
        const rendered = await render(
          {
            targets: parameters.all('target'),
            fromSeconds: Math.min(from, until),
            untilSeconds: Math.max(from, until),
            maxDataPoints: parameters.whole('maxDataPoints', 0, 0, 1e9),
            noNullPoints: !['', '0', 'false', undefined].includes(
              parameters.last('noNullPoints')?.toLowerCase(),
            ),
          },
          (tags, fromSeconds, untilSeconds) =>
            store.countBySecond({
              fromMs: fromSeconds * 1000,
              untilMs: untilSeconds * 1000 - 1,
              ...(tags !== '*' && { words: { words: tags, set: 'lazy' } }),
              order: 'ascending',
            }),
        );
        if (!rendered.ok) throw RequestError.of('BAD_RENDER', { why: rendered.message });
        const opening = callback === null ? '' : `${callback}(`;
        return reply.type(callback === null ? 'application/json' : 'text/javascript').send(
          Readable.from(enclose(opening, rendered.value, callback === null ? '' : ')'), {
            objectMode: false,
          }),
        );
      },
    });
  }
}

function* enclose(opening: string, pieces: Iterable<string>, closing: string): Generator<string> {
  yield opening;
  yield* pieces;
  yield closing;
}
