// GET /events/stream and GET /spans/stream: events and spans as they come.

import { Readable } from 'node:stream';
import { eventLimits, preview } from '@anthracite/protocol';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { EventStore } from '../../store/event-store';
import { filterParameters, groupParameters, readEventQuery, readGrouping } from '../event-query';
import { followEvents, followSpans, parsePosition, type StreamStart, startBehind } from '../live-stream';
import type { Parameters } from '../parameters';
import { RequestError } from '../request-error';
import { readParameters, route } from '../route-options';
import { readSpanQuery, spanParameters } from '../span-query';
import type { RouteContext } from './context';

const lastEventId = {
  last_event_id: 'go on behind this message, as the header Last-Event-ID; 0.0 for all there are',
};

/** Adds the routes. */
export function addStreamRoutes(app: FastifyInstance, context: RouteContext): void {
  const { store, commits, settings, clock } = context;
  const heartbeatMs = settings['stream-heartbeat-ms'];

  const events = route({
    summary: 'Events as they come, as Server-Sent Events',
    needs: 'read',
    query: { ...filterParameters, ...groupParameters, ...lastEventId },
    answers: { 200: 'text/event-stream of messages `event`, `change` and `reset`' },
  });
  app.get('/events/stream', events, async (request, reply) => {
    const parameters = readParameters(request, context);
    const query = readEventQuery(parameters, eventLimits.maxTimeMs);
    const from = await readStart(store, request, parameters);
    const grouping = readGrouping(parameters);
    return sendStream(
      context,
      request,
      reply,
      followEvents(store, commits, { query, grouping, from, heartbeatMs }),
    );
  });

  const spans = route({
    summary: 'Spans as they begin, change and end, as Server-Sent Events',
    needs: 'read',
    query: { ...filterParameters, ...spanParameters, ...lastEventId },
    answers: { 200: 'text/event-stream of messages `span`, `gone` and `reset`' },
  });
  app.get('/spans/stream', spans, async (request, reply) => {
    const parameters = readParameters(request, context);
    const query = readSpanQuery(parameters, eventLimits.maxTimeMs);
    const from = await readStart(store, request, parameters);
    return sendStream(
      context,
      request,
      reply,
      followSpans(store, commits, { query, from, heartbeatMs, clock }),
    );
  });
}

function sendStream(
  { metrics }: RouteContext,
  request: FastifyRequest,
  reply: FastifyReply,
  messages: AsyncGenerator<string>,
): FastifyReply {
  request.server.admission.admitLong(request, reply, 'long_answer');
  const stream = Readable.from(messages, { objectMode: false, highWaterMark: 1 });
  metrics.streamOpened();
  stream.once('close', metrics.streamClosed);
  // The server waits for no connection that a stream was on.
  reply.header('Connection', 'close').header('X-Accel-Buffering', 'no');
  return reply.type('text/event-stream; charset=utf-8').send(stream);
}

// A reader that comes back says what it had last; a new one hears what comes from now on.
async function readStart(
  store: EventStore,
  request: FastifyRequest,
  parameters: Parameters,
): Promise<StreamStart> {
  const given = request.headers['last-event-id'] ?? parameters.last('last_event_id');
  const end = await store.position();
  if (given === undefined) return { position: end, unknown: null };
  const position = parsePosition(String(given));
  if (position === null) {
    throw RequestError.of('BAD_PARAMETER', {
      name: 'Last-Event-ID',
      value: preview(String(given)),
      expected: 'the id of a message of this stream, such as 17.0',
    });
  }
  return startBehind(position, end);
}
