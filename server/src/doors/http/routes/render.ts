// GET and POST /render: counts of events as Graphite's series.

import { Readable } from 'node:stream';
import {
  described,
  list,
  nullable,
  numeric,
  object,
  pair,
  whole,
  text as words,
} from '@anthracite/protocol/api';
import type { FastifyInstance } from 'fastify';
import { render } from '../../../graphite/render';
import { readTagArguments, type TagWord } from '../../../graphite/tag-words';
import { callback, graphiteTime, text, texts, wholeNumber } from '../request/parameter-kinds';
import { RequestError } from '../request/request-error';
import { json, readForm, route } from '../request/route-options';
import type { RouteContext } from './context';

const daySeconds = 86_400;
// Allows thousands of values of a dashboard variable in one expression.
const maxTargetChars = 262_144;

const parameters = {
  target: texts('an expression such as summarize(events("deploy"), "1h"); may be repeated', {
    maxChars: maxTargetChars,
  }),
  from: graphiteTime('start of the range; default: a day ago'),
  until: graphiteTime('end of the range; default: now'),
  format: text('accepted for clients of Graphite; the answer is always JSON'),
  maxDataPoints: wholeNumber('maximum number of points in each series; 0: all', {
    min: 0,
    max: 1e9,
    default: 0,
  }),
  noNullPoints: text('1: leave out points without a value'),
  jsonp: callback('JSONP: the name of the JavaScript function that the answer calls'),
};
const seriesSchema = list(
  object('GraphiteSeries', 'A series of counts.', {
    target: words('name of the series'),
    tags: described(
      object('GraphiteSeriesTags', 'The tags of a series, for clients of Graphite.', {
        name: words('name of the series'),
      }),
      'the tags of the series',
    ),
    datapoints: list(
      pair(nullable(numeric()), whole('seconds since the epoch')),
      'one point for each interval: the number of events, and the start of the interval in seconds since the epoch',
    ),
  }),
);

/** Adds the route. */
export function addRenderRoutes(app: FastifyInstance, context: RouteContext): void {
  const { store, clock } = context;
  const rendering = route({
    id: 'render',
    summary:
      'Returns counts of events as Graphite series; `target` can use the functions that /functions lists',
    needs: 'read',
    query: parameters,
    answers: { 200: json(seriesSchema, 'the series') },
  });
  for (const url of ['/render', '/render/']) {
    app.route({
      method: ['GET', 'POST'],
      url,
      ...rendering,
      handler: async (request, reply) => {
        const given = readForm(request, context);
        const callback = given.value('jsonp', parameters.jsonp);
        const now = clock();
        const first = given.value('from', parameters.from)?.ms ?? now - daySeconds * 1000;
        const from = Math.floor(first / 1000);
        const until = Math.floor((given.value('until', parameters.until)?.ms ?? now) / 1000);
        if (from === until)
          throw RequestError.of('BAD_RENDER', { why: 'from and until are the same second' });
        const rendered = await render(
          {
            targets: given.value('target', parameters.target),
            fromSeconds: Math.min(from, until),
            untilSeconds: Math.max(from, until),
            maxDataPoints: given.value('maxDataPoints', parameters.maxDataPoints),
            noNullPoints: !['', '0', 'false', undefined].includes(
              given.value('noNullPoints', parameters.noNullPoints)?.toLowerCase(),
            ),
          },
          async (tags, fromSeconds, untilSeconds) =>
            toMap(
              await store.countBySecond({
                fromMs: fromSeconds * 1000,
                untilMs: untilSeconds * 1000,
                ...(tags !== '*' && { words: { words: wordsOf(tags), set: 'lazy' } }),
                order: 'ascending',
              }),
            ),
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

function toMap(pairs: Float64Array): ReadonlyMap<number, number> {
  const map = new Map<number, number>();
  for (let i = 0; i < pairs.length; i += 2) map.set(pairs[i] ?? 0, pairs[i + 1] ?? 0);
  return map;
}

function wordsOf(tags: readonly string[]): readonly TagWord[] {
  const words = readTagArguments(tags);
  if (!words.ok) throw RequestError.of('BAD_RENDER', { why: words.problem.message });
  return words.value;
}

function* enclose(opening: string, pieces: Iterable<string>, closing: string): Generator<string> {
  yield opening;
  yield* pieces;
  yield closing;
}
