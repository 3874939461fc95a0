// The lists of events of our own API, one route a format.

import type { FastifyInstance } from 'fastify';
import { eventFormats } from '../../formats/registry';
import type { Cursor } from '../../store/event-store';
import { formatCursor, listNames, readListQuery } from '../event-query';
import { streamEvents } from '../event-stream';
import { Parameters } from '../parameters';
import type { RouteContext } from './context';

/** Adds the routes. */
export function addListRoutes(app: FastifyInstance, context: RouteContext): void {
  const { store, clock, settings } = context;

  for (const format of ['json', 'raw'] as const) {
    app.get(`/events/${format}`, { config: { needs: 'read' } }, async (request, reply) => {
      const now = clock();
      const parameters = new Parameters([request.query], now, settings['time-zone']).allowOnly(listNames);
      const events = await streamEvents(store, {
        ...readListQuery(parameters, now),
        format,
        ...(format === 'json' ? { opening: '{"events":[\n', closing: closeJson } : { closing: closeRaw }),
      });
      return reply.type(eventFormats[format].contentType).send(events);
    });
  }
}

function closeJson(next: Cursor | null): string {
  return next === null
    ? '\n],"truncated":false}\n'
    : `\n],"truncated":true,"next":"${formatCursor(next)}"}\n`;
}

// A comment in the line format: whoever reads the lines in again passes over it.
function closeRaw(next: Cursor | null): string {
  return next === null ? '' : `# truncated: go on with after=${formatCursor(next)}\n`;
}
