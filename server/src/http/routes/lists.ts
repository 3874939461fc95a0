// The lists of events of our own API, one route a format.

import { createHash } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import Negotiator from 'negotiator';
import type { ListFrame } from '../../formats/event-format';
import {
  eventFormats,
  type ListFormat,
  listFormatNames,
  listFormats,
  type PageFormat,
} from '../../formats/registry';
import type { Cursor } from '../../store/event-store';
import { takeTurnOf } from '../admission';
import { sendCompressed } from '../compression';
import { filterParameters, formatCursor, listParameters, readListQuery } from '../event-query';
import { openList } from '../event-stream';
import { Parameters } from '../parameters';
import { RequestError } from '../request-error';
import { route } from '../route-options';
import { sendSnapshot } from '../snapshot';
import type { RouteContext } from './context';

// What is shown to people or followed begins with the newest.
const newestFirst: ReadonlySet<ListFormat> = new Set<ListFormat>(['html', 'atom', 'ics']);
/** A format's own parameters. */
const ownParameters: Readonly<Partial<Record<ListFormat, Readonly<Record<string, string>>>>> = {
  csv: { raw: '1: leave cells as they are, also those that a spreadsheet would take for a formula' },
  jsonp: { callback: 'the function that is called with the list', jsonp: 'the same' },
};

/** Other names by which a format is asked for in `Accept`. */
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
      summary: `Lists events as ${format}`,
      needs: 'read',
      query: parametersOf(format),
      answers: { 200: listFormats[format].contentType },
    });
    app.get(`/events/${format}`, options, (request, reply) => sendEvents(context, format, request, reply));
  }
}

// A snapshot has all events of its query, in one piece.
function parametersOf(format: ListFormat): Readonly<Record<string, string>> {
  return { ...(format === 'sqlite' ? filterParameters : listParameters), ...ownParameters[format] };
}

/** The format that a request asks for with its `Accept`; html where it has none, or likes none of ours. */
export function acceptedFormat(request: FastifyRequest): ListFormat {
  const type = new Negotiator(request.raw).mediaType([...formatOfType.keys()]);
  return formatOfType.get(type ?? '') ?? 'html';
}

/** Answers with the events that the request's parameters ask for. */
export async function sendEvents(
  { store, clock, settings }: RouteContext,
  format: ListFormat,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const now = clock();
  const parameters = new Parameters([request.query], now, settings['time-zone']).allowOnly(
    Object.keys(parametersOf(format)),
  );
  const { query, limit, after, grouping } = readListQuery(parameters, now, {
    order: newestFirst.has(format) ? 'descending' : 'ascending',
  });
  const { contentType, extension, isFile } = listFormats[format];
  if (isFile) reply.header('Content-Disposition', `attachment; filename="anthracite-events.${extension}"`);
  if (format === 'sqlite') return sendSnapshot(store, query, request, reply.type(contentType));

  const writtenAs: PageFormat =
    format === 'csv' && parameters.choice('raw', '0', ['0', '1']) === '1' ? 'rawCsv' : format;
  const callback = format === 'jsonp' ? readCallback(parameters) : '';
  const frame = (next: Cursor | null): ListFrame => ({
    base: baseOf(request),
    self: pathOf(request, null),
    next: next === null ? null : pathOf(request, next),
    callback,
    now,
  });
  const list = await openList(
    { store, takeTurn: takeTurnOf(request) },
    {
      query,
      format: writtenAs,
      limit,
      after,
      grouping,
      looksAhead: true,
      opening: (next) => eventFormats[writtenAs].opening(frame(next)),
      closing: (next) =>
        eventFormats[writtenAs].closing(next === null ? null : formatCursor(next), frame(next)),
    },
  );
  if (list.next !== null) reply.header('Link', `<${pathOf(request, list.next)}>; rel="next"`);
  if (Buffer.isBuffer(list.body)) {
    const tag = tagOf(list.firstPage, contentType, list.next, callback);
    reply.header('ETag', tag).header('Cache-Control', 'private, no-cache');
    if (hasTag(request, tag)) return reply.code(304).send();
  }
  return sendCompressed(request, reply.type(contentType), list.body);
}

function readCallback(parameters: Parameters): string {
  const callback = parameters.callback('callback') ?? parameters.callback('jsonp');
  if (callback !== null) return callback;
  throw RequestError.of('BAD_PARAMETER', {
    name: 'callback',
    value: 'missing',
    expected: 'the name of the function to call',
  });
}

// The address that the client itself asked: whatever it says ends in its own answer only.
function baseOf({ protocol, host }: FastifyRequest): string {
  const url = `${protocol}://${host}`;
  return URL.canParse(url) ? new URL(url).origin : 'http://localhost';
}

/** The path and query of a request, or of its next page. */
export function pathOf(request: FastifyRequest, after: Cursor | null): string {
  const url = new URL(`http://localhost${request.url}`);
  if (after !== null) url.searchParams.set('after', formatCursor(after));
  return url.pathname + url.search;
}

// Of the events alone: what stands around them may tell when it was written.
function tagOf(firstPage: Buffer, contentType: string, next: Cursor | null, callback: string): string {
  const hash = createHash('sha1').update(firstPage);
  hash.update(`${contentType} ${next === null ? '' : formatCursor(next)} ${callback}`);
  return `W/"${hash.digest('base64url')}"`;
}

function hasTag({ headers }: FastifyRequest, tag: string): boolean {
  const known = headers['if-none-match'] ?? '';
  return known === '*' || known.split(/\s*,\s*/).some((one) => one.replace(/^W\//, '') === tag.slice(2));
}
