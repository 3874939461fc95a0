// GET /events/stream: the events as they come.

import { Readable } from 'node:stream';
import { eventLimits, preview } from '@anthracite/protocol';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { EventStore } from '../../store/event-store';
import { filterParameters, groupParameters, readEventQuery, readGrouping } from '../event-query';
import { followEvents, parsePosition, type StreamPosition } from '../live-stream';
import type { Parameters } from '../parameters';
import { RequestError } from '../request-error';
import { readParameters, route } from '../route-options';
import type { RouteContext } from './context';

/** Adds the route. */
export function addStreamRoutes(app: FastifyInstance, context: RouteContext): void {
  const { store, commits, metrics, settings } = context;
  const options = route({
    summary: 'Events as they come, as Server-Sent Events',
    needs: 'read',
    query: {
      ...filterParameters,
      ...groupParameters,
      last_event_id: 'go on behind this message, as the header Last-Event-ID; 0.0 for all there are',
    },
    answers: { 200: 'text/event-stream of messages `event` and `change`' },
  });
  app.get('/events/stream', options, async (request, reply) => {
    const parameters = readParameters(request, context);
    const query = readEventQuery(parameters, eventLimits.maxTimeMs);
    const from = await readPosition(store, request, parameters);
    const heartbeatMs = settings['stream-heartbeat-ms'];
    const stream = Readable.from(
      followEvents(store, commits, { query, grouping: readGrouping(parameters), from, heartbeatMs }),
      {
        objectMode: false,
        highWaterMark: 1,
      },
    );
    metrics.streamOpened();
    stream.once('close', metrics.streamClosed);
    // The server waits for no connection that a stream was on.
    reply.header('Connection', 'close').header('X-Accel-Buffering', 'no');
    return reply.type('text/event-stream; charset=utf-8').send(stream);
  });
}

// A reader that comes back says what it had last; a new one hears what comes from now on.
async function readPosition(
  store: EventStore,
  request: FastifyRequest,
  parameters: Parameters,
): Promise<StreamPosition> {
  const given = request.headers['last-event-id'] ?? parameters.last('last_event_id');
  if (given === undefined) return store.position();
  const position = parsePosition(String(given));
  if (position === null) {
    throw RequestError.of('BAD_PARAMETER', {
      name: 'Last-Event-ID',
      value: preview(String(given)),
      expected: 'the id of a message of this stream, such as 17.0',
    });
  }
  return position;
}
