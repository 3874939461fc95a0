// The routes of tools: each accepts what a tool sends to its paths, and answers as the tool's clients expect.

import { type Taken, takenSchema } from '@anthracite/protocol/api';
import type { FastifyInstance, RouteHandlerMethod } from 'fastify';
import type { BusyAnswer, Tool } from '../../tools/tool';
import { boundArrivingBytes } from '../request/arriving-bytes';
import { readQueryOptions } from '../request/query-options';
import { reportBodyOf, takeReportBodies } from '../request/report-body';
import { RequestError } from '../request/request-error';
import { json, route } from '../request/route-options';
import { peerOf } from '../security/peer';

/** Maximum bytes of all bodies of one tool in transit together. */
const maxArrivingBytes = 64 * 1_048_576;

/** Adds the routes of some tools. */
export function addToolRoutes(app: FastifyInstance, tools: readonly Tool[]): void {
  for (const tool of tools) addTool(app, tool);
}

function addTool(app: FastifyInstance, tool: Tool): void {
  const { name, summary, paths, needs, maxBytes: bodyLimit, options, answers } = tool;
  const onRequest = boundArrivingBytes({
    maxBytes: maxArrivingBytes,
    bodyLimit,
    refuse: ({ headers }) => refusalOf(tool.busyAnswer(headers), 'REPORTS_FULL'),
    onRefused: tool.refuse,
  });
  const taking = route({
    id: `take${name[0]?.toUpperCase()}${name.slice(1)}Report`,
    summary,
    needs,
    changesState: true,
    query: options,
    answers: { ...answers, 202: json(takenSchema, answers[202] ?? 'written to disk') },
  });
  const take: RouteHandlerMethod = async (request, reply) => {
    const { headers } = request;
    const wanted = readQueryOptions(options, request);
    const body = reportBodyOf(request);
    if (needs === 'signature' && tool.isSigned?.(body, headers) !== true)
      throw RequestError.of('SIGNATURE_WRONG');
    const taken = await tool.take({ body, headers, options: wanted, peer: peerOf(request) });
    if (taken.kind === 'foreign') throw RequestError.of('BODY_NOT_REPORT', { value: taken.begin });
    if (taken.kind === 'full') throw refusalOf(tool.busyAnswer(headers), 'REPORTS_FULL');
    if (taken.kind === 'failed') throw refusalOf(tool.busyAnswer(headers), 'REPORT_NOT_KEPT');
    const answer: Taken = { status: 'accepted' };
    return reply.code(202).send(answer);
  };
  takeReportBodies(app, bodyLimit, (scope) => {
    for (const url of paths) scope.post(url, { ...taking, bodyLimit, onRequest }, take);
  });
}

function refusalOf(answer: BusyAnswer, code: 'REPORTS_FULL' | 'REPORT_NOT_KEPT'): RequestError {
  if (answer === 'too_many') return RequestError.of('MESSAGE_NOT_TAKEN');
  return answer === 'no_retry' ? RequestError.of(code).withoutRetry() : RequestError.of(code);
}
