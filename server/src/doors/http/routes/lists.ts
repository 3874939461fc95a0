// Lists events in our own formats, one route per format.

import { createHash } from 'node:crypto';
import { eventLimits } from '@anthracite/protocol';
import { eventPageSchema } from '@anthracite/protocol/api';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import Negotiator from 'negotiator';
import type { ListFrame } from '../../../formats/event-format';
import {
  eventFormats,
  type ListFormat,
  listFormatNames,
  listFormats,
  type PageFormat,
} from '../../../formats/registry';
import type { Cursor } from '../../../query/event-query';
import { byteOrderMark, markParameters } from '../answer/byte-order-mark';
import { asksForRange, sendRange } from '../answer/byte-range';
import { sendCompressed } from '../answer/compression';
import { openList } from '../answer/event-stream';
import { sendSnapshot } from '../answer/snapshot';
import {
  filterParameters,
  formatCursor,
  listParametersIn,
  plannedParameter,
  readListQuery,
} from '../request/event-query';
import { callback, flag, type ParameterTable } from '../request/parameter-kinds';
import type { Parameters } from '../request/parameters';
import { publicUrlOf } from '../request/public-base';
import { RequestError } from '../request/request-error';
import {
  type AnswerDescription,
  json,
  openParameters,
  queryMethods,
  route,
  typed,
} from '../request/route-options';
import { takeTurnOf } from '../security/admission';
import { feedPaths } from '../security/feed-token';
import type { RouteContext } from './context';

// Formats that people read, or feed readers follow, start with the newest event.
const newestFirst: ReadonlySet<ListFormat> = new Set<ListFormat>(['html', 'atom', 'ics']);
const csvParameters = {
  raw: flag('1: do not change cells that a spreadsheet would read as a formula'),
  ...markParameters,
};
const jsonpParameters = {
  callback: callback('JSONP: the name of the JavaScript function that the answer calls'),
  jsonp: callback('same as `callback`'),
};

/** What a list is in each format. */
const namesOfFormats: Readonly<Record<ListFormat, string>> = {
  html: 'an HTML table',
  json: 'JSON',
  jsonp: 'JSONP: JSON in a call of a JavaScript function',
  ndjson: 'NDJSON: one JSON object per line',
  raw: 'lines of the line protocol',
  csv: 'CSV',
  xml: 'XML',
  atom: 'an Atom feed',
  ics: 'an iCalendar calendar',
  sqlite: 'an SQLite database file',
};

/** Other names of formats in `Accept`. */
const otherTypes: Readonly<Record<string, ListFormat>> = {
  'text/xml': 'xml',
  'application/ndjson': 'ndjson',
  'application/jsonl': 'ndjson',
  'application/x-sqlite3': 'sqlite',
};

const formatOfType: ReadonlyMap<string, ListFormat> = new Map([
  ...listFormatNames
    .filter((name) => name !== 'jsonp')
    .map((name): [string, ListFormat] => [listFormats[name].contentType.split(';', 1)[0] ?? '', name]),
  ...Object.entries(otherTypes),
]);

/** Adds the routes. */
export function addListRoutes(app: FastifyInstance, context: RouteContext): void {
  for (const format of listFormatNames) {
    const options = route({
      id: `listEventsAs${format[0]?.toUpperCase()}${format.slice(1)}`,
      summary: `Lists events as ${namesOfFormats[format]}`,
      needs: feedPaths.has(`/events/${format}`) ? 'feed' : 'read',
      query: parametersOf(format),
      answers: {
        200: answerOf(format),
        304: 'the list has not changed: it still has the ETag in If-None-Match',
      },
    });
    app.route({
      // JSONP is loaded as a script, and never posted.
      method: format === 'jsonp' ? 'GET' : queryMethods,
      url: `/events/${format}`,
      ...options,
      handler: (request, reply) => sendEvents(context, format, request, reply),
    });
  }
}

// A snapshot has all events of its query, in one file.
function parametersOf(format: ListFormat): ParameterTable {
  switch (format) {
    case 'sqlite':
      return filterParameters;
    case 'csv':
      return { ...listOf(format), ...csvParameters };
    case 'jsonp':
      return { ...listOf(format), ...jsonpParameters };
    default:
      return listOf(format);
  }
}

function listOf(format: ListFormat) {
  return {
    ...listParametersIn(newestFirst.has(format) ? 'descending' : 'ascending'),
    ...(format === 'ics' && plannedParameter),
  };
}

function answerOf(format: ListFormat): AnswerDescription {
  const { contentType } = listFormats[format];
  return format === 'json' ? json(eventPageSchema, 'the events') : typed(contentType, 'the events');
}

/** The format that a request accepts; html when it accepts all, or none of ours. */
export function acceptedFormat(request: FastifyRequest): ListFormat {
  const type = new Negotiator(request.raw).mediaType([...formatOfType.keys()]);
  return formatOfType.get(type ?? '') ?? 'html';
}

/** Answers with the events that match the request's parameters. */
export async function sendEvents(
  context: RouteContext,
  format: ListFormat,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const { store, clock } = context;
  const now = clock();
  const parameters = openParameters(request, context, parametersOf(format));
  const { query, limit, after, grouping } = readListQuery(
    parameters.read(listOf(format)),
    format === 'ics' ? eventLimits.maxTimeMs : now,
  );
  const { contentType, extension, isFile } = listFormats[format];
  if (isFile) reply.header('Content-Disposition', `attachment; filename="anthracite-events.${extension}"`);
  if (format === 'sqlite') return sendSnapshot(store, query, request, reply.type(contentType));

  const csv = format === 'csv' ? parameters.read(csvParameters) : { raw: false, bom: false };
  const writtenAs: PageFormat = csv.raw ? 'rawCsv' : format;
  const mark = byteOrderMark(csv);
  const callback = format === 'jsonp' ? readCallback(parameters) : '';
  const base = publicUrlOf(request);
  const frame = (next: Cursor | null): ListFrame => ({
    base,
    root: request.server.publicBase.pathOf('/'),
    self: pathOf(request),
    next: nextPathOf(request, next),
    callback,
    now,
  });
  const list = await openList(
    { store, takeTurn: takeTurnOf(request) },
    {
      query,
      format: writtenAs,
      base,
      limit,
      after,
      grouping,
      looksAhead: true,
      opening: (next) => mark + eventFormats[writtenAs].opening(frame(next)),
      closing: (next) =>
        eventFormats[writtenAs].closing(next === null ? null : formatCursor(next), frame(next)),
    },
  );
  linkNext(request, reply, list.next);
  if (Buffer.isBuffer(list.body) && request.method !== 'POST') {
    const tag = tagOf(list.digest(), contentType + mark, list.next, callback);
    reply.header('ETag', tag).header('Cache-Control', 'private, no-cache');
    if (hasTag(request, tag)) return reply.code(304).send();
    if (isFile) {
      reply.header('Accept-Ranges', 'bytes');
      if (asksForRange(request)) return sendRange(request, reply.type(contentType), list.body);
    }
  }
  return sendCompressed(request, reply.type(contentType), list.body);
}

function readCallback(parameters: Parameters): string {
  const { callback: given, jsonp } = parameters.read(jsonpParameters);
  const name = given ?? jsonp;
  if (name !== null) return name;
  throw RequestError.of('BAD_PARAMETER', {
    name: 'callback',
    value: 'missing',
    expected: 'the name of the function to call',
  });
}

/** Adds headers for the next page: its link, and its `after`, which is also for lists that were posted as a form. */
export function linkNext(request: FastifyRequest, reply: FastifyReply, next: Cursor | null): void {
  if (next !== null) reply.header('X-Anthracite-Next', formatCursor(next));
  const path = nextPathOf(request, next);
  if (path !== null) reply.header('Link', `<${path}>; rel="next"`);
}

/** The path and query of a list. */
export function pathOf(request: FastifyRequest): string {
  return publicPathOf(request, new URL(`http://localhost${request.url}`));
}

/** The path and query of the next page of a list; null on the last page, or when the parameters were posted. */
export function nextPathOf(request: FastifyRequest, next: Cursor | null): string | null {
  if (next === null || request.method === 'POST') return null;
  const url = new URL(`http://localhost${request.url}`);
  url.searchParams.set('after', formatCursor(next));
  return publicPathOf(request, url);
}

function publicPathOf({ server }: FastifyRequest, { pathname, search }: URL): string {
  return server.publicBase.pathOf(pathname) + search;
}

// Only over the events: the text around them may contain the time of the answer.
function tagOf(events: string, contentType: string, next: Cursor | null, callback: string): string {
  const hash = createHash('sha1').update(`${events} `);
  hash.update(`${contentType} ${next === null ? '' : formatCursor(next)} ${callback}`);
  return `W/"${hash.digest('base64url')}"`;
}

function hasTag({ headers }: FastifyRequest, tag: string): boolean {
  const known = headers['if-none-match'] ?? '';
  return known === '*' || known.split(',').some((one) => one.trim().replace(/^W\//, '') === tag.slice(2));
}
