// GET /events/stream and GET /spans/stream: live streams of events and spans.

import { Readable } from 'node:stream';
import { eventLimits, preview } from '@anthracite/protocol';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { EventStore } from '../../../answers/event-store';
import { readPosition } from '../../../storage/position';
import { followEvents, followSpans, type StreamStart } from '../answer/live-stream';
import { filterParameters, groupParameters, readEventQuery, readGrouping } from '../request/event-query';
import { text, time } from '../request/parameter-kinds';
import { RequestError } from '../request/request-error';
import { readParameters, route, typed } from '../request/route-options';
import { readSpanQuery, spanParameters } from '../request/span-query';
import type { RouteContext } from './context';

const lastEventId = {
  last_event_id: text(
    'id of the last received message: the stream continues after it; `0.0`: from the first event; same as the header Last-Event-ID',
  ),
};
const headers = {
  'Last-Event-ID': text('id of the last received message: the stream continues after it'),
};
// The range selects new messages only: a stream repeats earlier ones only after a `last_event_id`.
const newParameters = {
  ...filterParameters,
  from: time(
    'only events at or after this time; default: all; to repeat earlier messages, see `last_event_id`',
  ),
  until: time('only events at or before this time; default: all'),
};
const eventParameters = { ...newParameters, ...groupParameters, ...lastEventId };
const spanStreamParameters = { ...newParameters, ...spanParameters, ...lastEventId };

/** Adds the routes. */
export function addStreamRoutes(app: FastifyInstance, context: RouteContext): void {
  const { store, commits, settings, clock } = context;
  const heartbeatMs = settings['stream-heartbeat-ms'];

  const events = route({
    id: 'followEvents',
    summary: 'Streams events as they are stored, as Server-Sent Events',
    needs: 'read',
    query: eventParameters,
    headers,
    answers: {
      200: typed(
        'text/event-stream',
        'a stream of messages: `event` (a new event), `change` (an edited, deleted or restored event) and `reset` (the requested position does not exist)',
      ),
    },
  });
  app.get('/events/stream', events, async (request, reply) => {
    const values = readParameters(request, context, eventParameters);
    const query = readEventQuery(values, eventLimits.maxTimeMs);
    const from = await readStart(store, request, values.last_event_id);
    const grouping = readGrouping(values);
    return sendStream(
      context,
      request,
      reply,
      followEvents(store, commits, { query, grouping, from, heartbeatMs }),
    );
  });

  const spans = route({
    id: 'followSpans',
    summary: 'Streams spans as they start, change and end, as Server-Sent Events',
    needs: 'read',
    query: spanStreamParameters,
    headers,
    answers: {
      200: typed(
        'text/event-stream',
        'a stream of messages: `span` (a new or changed span), `gone` (spans that no longer match) and `reset` (the requested position does not exist)',
      ),
    },
  });
  app.get('/spans/stream', spans, async (request, reply) => {
    const values = readParameters(request, context, spanStreamParameters);
    const query = readSpanQuery(values, eventLimits.maxTimeMs);
    const from = await readStart(store, request, values.last_event_id);
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
  // When it stops, the server does not wait for connections of streams.
  reply.header('Connection', 'close').header('X-Accel-Buffering', 'no');
  return reply.type('text/event-stream; charset=utf-8').send(stream);
}

// A client that reconnects sends the id of its last message; a new client gets everything stored from now on.
async function readStart(
  store: EventStore,
  request: FastifyRequest,
  lastId: string | null,
): Promise<StreamStart> {
  const given = request.headers['last-event-id'] ?? lastId;
  if (given === null) return { position: await store.position(), unknown: null };
  const asked = readPosition(String(given));
  if (asked === null) {
    throw RequestError.of('BAD_PARAMETER', {
      name: 'Last-Event-ID',
      value: preview(String(given)),
      expected: 'the id of a message of this stream, such as 17.0',
    });
  }
  const { position, isReset } = await store.start(asked);
  return { position, unknown: isReset ? asked : null };
}
