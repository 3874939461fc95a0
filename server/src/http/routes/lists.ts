// The lists of events of our own API, one route a format.

import { preview } from '@anthracite/protocol';
import type { FastifyInstance } from 'fastify';
import { eventFormats } from '../../formats/registry';
import type { Cursor, EventQuery } from '../../store/event-store';
import { streamEvents } from '../event-stream';
import { Parameters } from '../parameters';
import { RequestError } from '../request-error';
import type { RouteContext } from './context';

const queryParameters = ['from', 'until', 'type', 'tag', 'order'];
const listParameters = [...queryParameters, 'limit', 'after'];
const defaultLimit = 1_000;

/** Adds the routes. */
export function addListRoutes(app: FastifyInstance, context: RouteContext): void {
  const { store, clock, settings } = context;

  for (const format of ['json', 'raw'] as const) {
    app.get(`/events/${format}`, async (request, reply) => {
      const now = clock();
      const parameters = new Parameters([request.query], now, settings['time-zone']).allowOnly(
        listParameters,
      );
      const limit =
        parameters.last('limit') === 'all'
          ? Number.POSITIVE_INFINITY
          : parameters.whole('limit', defaultLimit, 1, 1e9);
      const events = await streamEvents(store, {
        query: readQuery(parameters, now),
        format,
        limit,
        after: parseCursor(parameters.last('after')),
        ...(format === 'json' ? { opening: '{"events":[\n', closing: closeJson } : { closing: closeRaw }),
      });
      return reply.type(eventFormats[format].contentType).send(events);
    });
  }
}

function readQuery(parameters: Parameters, now: number): EventQuery {
  const types = parameters.all('type');
  return {
    fromMs: parameters.time('from', 0),
    untilMs: parameters.time('until', now),
    ...(types.length > 0 && { types }),
    tags: parameters.all('tag'),
    order: parameters.choice('order', 'ascending', ['ascending', 'descending']),
  };
}

function parseCursor(text: string | undefined): Cursor | null {
  if (text === undefined) return null;
  const match = /^(-?\d{1,15})_(\d{1,15})$/.exec(text);
  if (!match) {
    throw RequestError.of('BAD_PARAMETER', {
      name: 'after',
      value: preview(text),
      expected: '"next" of the page before',
    });
  }
  return { time: Number(match[1]), id: Number(match[2]) };
}

const formatCursor = ({ time, id }: Cursor): string => `${time}_${id}`;

function closeJson(next: Cursor | null): string {
  return next === null
    ? '\n],"truncated":false}\n'
    : `\n],"truncated":true,"next":"${formatCursor(next)}"}\n`;
}

// A comment in the line format: whoever reads the lines in again passes over it.
function closeRaw(next: Cursor | null): string {
  return next === null ? '' : `# truncated: go on with after=${formatCursor(next)}\n`;
}
