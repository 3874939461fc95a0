// POST /events, and the lists and single events of our own API.

import { type Problem, preview } from '@anthracite/protocol';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Receipt } from '../../events/intake';
import { detailOf } from '../../formats/graphite-detail';
import { htmlEvent } from '../../formats/html';
import { eventFormats } from '../../formats/registry';
import type { Cursor } from '../../store/event-store';
import { parseEventBody } from '../event-body';
import { streamEvents } from '../event-stream';
import { Parameters } from '../parameters';
import { RequestError } from '../request-error';
import type { RouteContext } from './context';

const door = 'http';
const listParameters = ['from', 'until', 'type', 'tag', 'order', 'limit', 'after'];
const defaultLimit = 1_000;
const maxProblems = 1_000;

/** Adds the routes. */
export function addEventRoutes(app: FastifyInstance, context: RouteContext): void {
  const { store, clock, settings } = context;

  for (const url of ['/events', '/events/']) {
    // As Graphite: no word, only the status.
    app.route({
      method: ['PUT', 'PATCH', 'DELETE', 'OPTIONS'],
      url,
      config: { needs: 'nothing' },
      handler: (_request, reply) => reply.code(405).header('Allow', 'GET, HEAD, POST').send(),
    });
    app.post(url, { config: { changesState: true, needs: 'write' } }, (request, reply) =>
      submit(context, request, reply),
    );
  }

  for (const format of ['json', 'raw'] as const) {
    app.get(`/events/${format}`, { config: { needs: 'read' } }, async (request, reply) => {
      const now = clock();
      const parameters = new Parameters([request.query], now, settings['time-zone']).allowOnly(
        listParameters,
      );
      const types = parameters.all('type');
      const limit =
        parameters.last('limit') === 'all'
          ? Number.POSITIVE_INFINITY
          : parameters.whole('limit', defaultLimit, 1, 1e9);
      const events = await streamEvents(store, {
        query: {
          fromMs: parameters.time('from', 0),
          untilMs: parameters.time('until', now),
          ...(types.length > 0 && { types }),
          tags: parameters.all('tag'),
          order: parameters.choice('order', 'ascending', ['ascending', 'descending']),
        },
        format,
        limit,
        after: parseCursor(parameters.last('after')),
        ...(format === 'json' ? { opening: '{"events":[\n', closing: closeJson } : { closing: closeRaw }),
      });
      return reply.type(eventFormats[format].contentType).send(events);
    });
  }

  for (const url of ['/events/:id', '/events/:id/']) {
    app.get<{ Params: { id: string } }>(url, { config: { needs: 'read' } }, async (request, reply) => {
      const event = await store.event(parseId(request.params.id));
      // As Graphite: a browser, which accepts JSON among other things, gets a page.
      const wantsJson = request.headers.accept === 'application/json';
      if (event === null) throw RequestError.of('EVENT_NOT_FOUND');
      return wantsJson ? detailOf(event) : reply.type('text/html; charset=utf-8').send(htmlEvent(event));
    });
  }
}

/** The id in a path; ids that no event can have are not found. */
export function parseId(text: string): number {
  if (!/^\d{1,15}$/.test(text)) throw RequestError.of('NOT_FOUND', { value: preview(text) });
  return Number(text);
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

async function submit(
  { intake, clock, settings }: RouteContext,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<unknown> {
  if (intake.isOverfull) throw RequestError.of('QUEUE_FULL');
  const now = clock();
  const body = parseEventBody(
    request.body as Buffer,
    request.headers['content-type'] ?? '',
    now,
    settings['time-zone'],
  );
  const problems: Misfit[] = [];
  const receipt = await intake.submit(door, (batch) => {
    switch (body.shape) {
      case 'graphite':
      case 'event':
        batch.addEvent(body.event);
        break;
      case 'lines':
        batch.addLines(body.block, { door, peer: peerOf(request) }, now, (index, problem) =>
          problems.push({ index, problem }),
        );
        break;
      case 'array':
        for (const [index, item] of body.items.entries()) {
          if (item.ok) batch.addEvent(item.value);
          else problems.push({ index, problem: item.problem });
        }
    }
  });
  switch (body.shape) {
    case 'graphite':
      return reply.type('text/html; charset=utf-8').send('');
    case 'event':
      return reply
        .code(receipt.stored === 1 ? 201 : 200)
        .send({ id: receipt.ids[0], new: receipt.stored === 1 });
    default: {
      const isRefused = receipt.ids.length === 0 && problems.length > 0;
      return reply
        .code(isRefused ? 400 : 200)
        .send(summarize(receipt, problems, body.shape === 'lines' ? 'line' : 'item'));
    }
  }
}

/** A line or item that could not be taken, and its place, counted from 0. */
interface Misfit {
  readonly index: number;
  readonly problem: Problem;
}

function peerOf({ ip, socket }: FastifyRequest): string {
  return `${ip}:${socket.remotePort ?? 0}`;
}

// Events in the order they came, and what was wrong with the others by their place, counted from 1.
function summarize({ stored, duplicate, ids, fresh }: Receipt, problems: readonly Misfit[], place: string) {
  const first = problems[0];
  return {
    stored,
    duplicate,
    rejected: problems.length,
    ...(ids.length === 0 &&
      first && { error: `${place} ${first.index + 1}: ${first.problem.message}`, code: first.problem.code }),
    events: Array.from(ids, (id, i) => ({ id, new: fresh[i] === 1 })),
    problems: problems.slice(0, maxProblems).map(({ index, problem }) => ({
      [place]: index + 1,
      code: problem.code,
      error: problem.message,
    })),
    ...(problems.length > maxProblems && { truncated: true }),
  };
}
