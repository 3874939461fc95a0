// POST /events, and single events in our own JSON.

import {
  type Accepted,
  type ItemSubmission,
  type KeyedEvent,
  type LineSubmission,
  type MeaningWarning,
  type Problem,
  preview,
  warningsOf,
} from '@anthracite/protocol';
import {
  acceptedSchema,
  either,
  errorSchema,
  eventDetailSchema,
  itemSubmissionSchema,
  lineSubmissionSchema,
  list,
  newEventSchema,
  newGraphiteEventSchema,
} from '@anthracite/protocol/api';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { BatchBuilder } from '../../../events/batch-builder';
import type { Receipt } from '../../../events/intake';
import { detailOf } from '../../../formats/graphite-detail';
import { htmlEvent } from '../../../formats/html';
import { sendWarnings } from '../answer/warning-header';
import { parseEventBody } from '../request/event-body';
import { sendEtag } from '../request/event-condition';
import { parseFormEvent } from '../request/event-fields';
import { keyOf, readKeyHeader, withKeyOfHeader } from '../request/event-key';
import { parseAnyFormBody } from '../request/form-body';
import { text } from '../request/parameter-kinds';
import { RequestError } from '../request/request-error';
import { json, page, route, typed } from '../request/route-options';
import { peerOf } from '../security/peer';
import type { RouteContext } from './context';

const door = 'http';
const maxProblems = 1_000;

/** Adds the routes. */
export function addEventRoutes(app: FastifyInstance, context: RouteContext): void {
  const { store } = context;

  const submitting = route({
    id: 'submitEvents',
    summary:
      'Stores one or more events: as JSON of Anthracite or Graphite, as a JSON array, as NDJSON, as a form, or as lines of the line protocol',
    needs: 'write',
    changesState: true,
    headers: {
      'Idempotency-Key': text('event key, for a body with exactly one event; same as the field `key`'),
    },
    body: {
      'application/json': either(newEventSchema, newGraphiteEventSchema, list(newEventSchema)),
      'application/x-ndjson': null,
      'text/plain': null,
      'application/x-www-form-urlencoded': null,
    },
    answers: {
      200: json(
        either(acceptedSchema, lineSubmissionSchema, itemSubmissionSchema),
        "a duplicate, or the results of several events; for Graphite's JSON and forms, the answer has no body",
      ),
      201: json(acceptedSchema, "one new event in Anthracite's JSON was stored"),
      400: json(
        either(errorSchema, lineSubmissionSchema, itemSubmissionSchema),
        'the event is invalid, or all events of the body are invalid',
      ),
      503: 'the events were not stored; send them again',
    },
  });
  for (const url of ['/events', '/events/']) {
    // As in Graphite: only the status, without a body.
    app.route({
      method: ['PUT', 'PATCH', 'DELETE', 'OPTIONS'],
      url,
      ...route({ id: null, summary: 'Refuses the method', needs: 'nothing', answers: {} }),
      handler: (_request, reply) =>
        reply.code(405).header('Allow', 'GET, HEAD, POST').type('text/html; charset=utf-8').send(''),
    });
    app.post(url, submitting, (request, reply) => submit(context, request, reply));
  }

  const adding = {
    summary: 'Stores an event from a form with the fields of the original Anthracite',
    needs: 'write',
    changesState: true,
    body: { 'application/x-www-form-urlencoded': null },
    answers: {
      201: typed('text/plain', 'the text `ok event_id=<id>`'),
      400: 'the event is not valid',
      503: 'the events were not stored; send them again',
    },
  } as const;
  for (const [url, id] of [
    ['/events/add', 'addEvent'],
    ['/events/add/script', 'addEventByScript'],
  ] as const) {
    app.post(url, route({ ...adding, id }), (request, reply) => submitForm(context, request, reply));
  }

  const showing = route({
    id: 'getEvent',
    summary: 'Returns one event',
    needs: 'read',
    answers: {
      200: {
        doc: 'the event: as JSON with exactly `Accept: application/json`, otherwise as an HTML page',
        content: { 'application/json': eventDetailSchema, ...page().content },
        headers: { ETag: 'changes with each change of the event; only with JSON' },
      },
      404: 'event not found',
    },
  });
  for (const url of ['/events/:id', '/events/:id/']) {
    app.get<{ Params: { id: string } }>(url, showing, async (request, reply) => {
      const id = parseId(request.params.id);
      const [event, key] = await Promise.all([store.event(id), store.key(id)]);
      // As in Graphite: a browser, which accepts many types, gets a page.
      const wantsJson = request.headers.accept === 'application/json';
      if (event === null) throw RequestError.of('EVENT_NOT_FOUND');
      if (wantsJson) sendEtag(reply, event);
      if (wantsJson) return detailOf(event, key);
      return reply.type('text/html; charset=utf-8').send(htmlEvent(event, key));
    });
  }
}

/** The id in a path; impossible ids are not found. */
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
  const keyInHeader = readKeyHeader(request);
  const read = await parseEventBody(
    request.body as Buffer,
    request.headers['content-type'] ?? '',
    now,
    settings['time-zone'],
  );
  const body = withKeyOfHeader(read, keyInHeader);
  const problems: Misfit[] = [];
  const warnings: Warned[] = [];
  const add = (batch: BatchBuilder, { event, key }: KeyedEvent, index = 0): void => {
    batch.addEvent(event, keyOf(request, key));
    for (const warning of warningsOf(event.type, event.tags)) warnings.push({ index, warning });
  };
  const receipt = await intake.submit(door, (batch) => {
    switch (body.shape) {
      case 'graphite':
      case 'event':
        add(batch, body);
        break;
      case 'lines': {
        const before = batch.times.length;
        batch.addLines(body.block, { door, peer: peerOf(request) }, now, {
          onReject: (index, problem) => problems.push({ index, problem }),
          onWarning: (index, warning) => warnings.push({ index, warning }),
        });
        const key = keyOf(request, body.key);
        if (key !== null && batch.times.length > before) batch.addKey(key);
        break;
      }
      case 'array':
      case 'json-lines':
        for (const [index, item] of body.items.entries()) {
          if (item?.ok) add(batch, item.value, index);
          else if (item) problems.push({ index, problem: item.problem });
        }
    }
  });
  const said = warnings.map(({ warning }) => warning);
  switch (body.shape) {
    case 'graphite':
      sendWarnings(reply, said);
      return reply.type('text/html; charset=utf-8').send('');
    case 'event': {
      const isNew = receipt.stored === 1;
      const answer: Accepted = {
        id: receipt.ids[0] ?? 0,
        new: isNew,
        ...(said.length > 0 && { warnings: said }),
      };
      return reply.code(isNew ? 201 : 200).send(answer);
    }
    default: {
      const isRefused = receipt.ids.length === 0 && problems.length > 0;
      const told = { problems, warnings };
      const answer: LineSubmission | ItemSubmission =
        body.shape === 'array'
          ? summarize(receipt, told, 'item', (index) => ({ item: index + 1 }))
          : summarize(receipt, told, 'line', (index) => ({ line: index + 1 }));
      return reply.code(isRefused ? 400 : 200).send(answer);
    }
  }
}

// As the original: its clients check for the status 201 and for this text.
async function submitForm(
  { intake, clock, settings }: RouteContext,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  if (intake.isOverfull) throw RequestError.of('QUEUE_FULL');
  const key = keyOf(request, readKeyHeader(request));
  const form = await parseAnyFormBody(request);
  const { event } = parseFormEvent(form, clock(), settings['time-zone']);
  if (!event.ok) throw RequestError.ofProblem(event.problem);
  const { ids } = await intake.submit(door, (batch) => batch.addEvent(event.value, key));
  sendWarnings(reply, warningsOf(event.value.type, event.value.tags));
  return reply.code(201).type('text/plain; charset=utf-8').send(`ok event_id=${ids[0]}\n`);
}

/** A rejected line or item, with its index, counted from 0. */
interface Misfit {
  readonly index: number;
  readonly problem: Problem;
}

/** A stored item or line that has a warning. */
interface Warned {
  readonly index: number;
  readonly warning: MeaningWarning;
}

// Events in the order they came, and the problems of the others by their number, counted from 1.
function summarize<Place>(
  { stored, duplicate, ids, fresh }: Receipt,
  { problems, warnings }: { readonly problems: readonly Misfit[]; readonly warnings: readonly Warned[] },
  word: 'line' | 'item',
  placeOf: (index: number) => Place,
) {
  const first = problems[0];
  return {
    stored,
    duplicate,
    rejected: problems.length,
    ...(ids.length === 0 &&
      first && { error: `${word} ${first.index + 1}: ${first.problem.message}`, code: first.problem.code }),
    events: Array.from(ids, (id, i) => ({ id, new: fresh[i] === 1 })),
    problems: problems.slice(0, maxProblems).map(({ index, problem }) => ({
      ...placeOf(index),
      code: problem.code,
      error: problem.message,
    })),
    ...(warnings.length > 0 && {
      warnings: warnings
        .slice(0, maxProblems)
        .map(({ index, warning }) => ({ ...placeOf(index), ...warning })),
    }),
    ...((problems.length > maxProblems || warnings.length > maxProblems) && { truncated: true as const }),
  };
}
