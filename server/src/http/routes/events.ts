// POST /events, and single events of our own API.

import { type Problem, preview } from '@anthracite/protocol';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Receipt } from '../../events/intake';
import { detailOf } from '../../formats/graphite-detail';
import { htmlEvent } from '../../formats/html';
import { parseEventBody } from '../event-body';
import { sendEtag } from '../event-condition';
import { RequestError } from '../request-error';
import { route } from '../route-options';
import type { RouteContext } from './context';

const door = 'http';
const maxProblems = 1_000;

/** Adds the routes. */
export function addEventRoutes(app: FastifyInstance, context: RouteContext): void {
  const { store } = context;

  const submitting = route({
    summary:
      "Stores events: Graphite's JSON, our own, an array of them, one a line as application/x-ndjson, or lines as text/plain",
    needs: 'write',
    changesState: true,
    body: {
      time: 'milliseconds since the epoch, or a time as `from` takes it; now when left out',
      type: 'a word',
      tags: 'an array of words',
      description: 'text: its first line is the title',
    },
    answers: { 200: 'stored, or known already', 201: 'stored', 400: 'what is wrong', 503: 'send it again' },
  });
  for (const url of ['/events', '/events/']) {
    // As Graphite: no word, only the status.
    app.route({
      method: ['PUT', 'PATCH', 'DELETE', 'OPTIONS'],
      url,
      ...route({ summary: 'Refuses', needs: 'nothing', isHidden: true }),
      handler: (_request, reply) => reply.code(405).header('Allow', 'GET, HEAD, POST').send(),
    });
    app.post(url, submitting, (request, reply) => submit(context, request, reply));
  }

  const showing = route({
    summary: 'One event',
    needs: 'read',
    answers: { 200: 'JSON when it is accepted and nothing else is, a page otherwise', 404: 'there is none' },
  });
  for (const url of ['/events/:id', '/events/:id/']) {
    app.get<{ Params: { id: string } }>(url, showing, async (request, reply) => {
      const event = await store.event(parseId(request.params.id));
      // As Graphite: a browser, which accepts JSON among other things, gets a page.
      const wantsJson = request.headers.accept === 'application/json';
      if (event === null) throw RequestError.of('EVENT_NOT_FOUND');
      if (wantsJson) sendEtag(reply, event);
      return wantsJson ? detailOf(event) : reply.type('text/html; charset=utf-8').send(htmlEvent(event));
    });
  }
}

/** The id in a path; ids that no event can have are not found. */
export function parseId(text: string): number {
  if (!/^\d{1,15}$/.test(text)) throw RequestError.of('NOT_FOUND', { value: preview(text) });
  return Number(text);
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
      case 'json-lines':
        for (const [index, item] of body.items.entries()) {
          if (item?.ok) batch.addEvent(item.value);
          else if (item) problems.push({ index, problem: item.problem });
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
        .send(summarize(receipt, problems, body.shape === 'array' ? 'item' : 'line'));
    }
  }
}

/** A line or item that could not be taken, and its place, counted from 0. */
interface Misfit {
  readonly index: number;
  readonly problem: Problem;
}

/** Who sent a request: address and port. */
export function peerOf({ ip, socket }: FastifyRequest): string {
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
