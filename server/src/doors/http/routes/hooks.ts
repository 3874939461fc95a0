// Hooks: addresses to which other programs send what happened. Also the paths of APIs that are imitated for their clients.

import { formatTime, preview } from '@anthracite/protocol';
import {
  type HookItem,
  type HookList,
  type HookReceiptAnswer,
  hookListSchema,
  hookReceiptSchema,
  type ImitatedReceipt,
  imitatedReceiptSchema,
} from '@anthracite/protocol/api';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Hook, HookKind } from '../../../hooks/hook';
import { queryOptions, withQuery } from '../../../hooks/hook-config';
import { imitatedPaths, kindsOfHooks } from '../../../hooks/kinds';
import type { HookDesk, HookReceipt } from '../../hooks/hook-desk';
import { boundArrivingBytes } from '../request/arriving-bytes';
import { text } from '../request/parameter-kinds';
import { reportBodyOf, takeReportBodies } from '../request/report-body';
import { RequestError } from '../request/request-error';
import { json, type RouteDescription, route } from '../request/route-options';
import { refusalOf } from '../security/access-check';
import { peerOf } from '../security/peer';
import type { RouteContext } from './context';

type ByName = { Params: { name?: string } };

/** Maximum bytes of all bodies in transit together. */
const maxArrivingBytes = 64 * 1_048_576;
const maxTold = 10;

/** Adds the routes. */
export function addHookRoutes(app: FastifyInstance, context: RouteContext): void {
  const { desk, settings } = context;
  const bodyLimit = settings['max-hook-bytes'];

  const listing = route({
    id: 'listHooks',
    summary: 'Lists the hooks of the configuration, with their last deliveries',
    needs: 'read',
    answers: { 200: json(hookListSchema, 'the hooks, without their secrets') },
  });
  app.get('/hooks', listing, (): HookList => ({ hooks: desk.hooks.map((hook) => hookItemOf(hook, desk)) }));

  // For each request: the hooks that it may be for, and whether it presents a token.
  const wanted = new WeakMap<
    FastifyRequest,
    { readonly hooks: readonly Hook[]; readonly hasToken: boolean }
  >();
  const admit = (kind: HookKind | null) => async (request: FastifyRequest) => {
    const hooks = hooksFor(request as FastifyRequest<ByName>, kind, context);
    const refusal = refusalOf(context.keyring, request, 'write');
    if (refusal !== null && hooks.every(({ secrets }) => secrets.length === 0)) throw refusal;
    wanted.set(request, { hooks, hasToken: refusal === null });
  };
  const bound = boundArrivingBytes({
    ...{ maxBytes: maxArrivingBytes, bodyLimit },
    refuse: () => RequestError.of('HOOKS_FULL'),
    onRefused: (_begin, { peer }, why) => context.log.warn({ peer, why }, 'refused a delivery to a hook'),
  });

  const take = async (request: FastifyRequest, reply: FastifyReply) => {
    const { hooks, hasToken } = wanted.get(request) ?? { hooks: [], hasToken: false };
    if (context.intake.isOverfull) throw RequestError.of('QUEUE_FULL');
    const result = await desk.take({
      hooks: hooks.map((hook) => ({ ...hook, options: optionsFor(hook, request) })),
      headers: headersOf(request),
      path: request.url.split('?', 1)[0] ?? '',
      body: reportBodyOf(request),
      ...{ hasToken, peer: peerOf(request) },
    });
    if (result.kind === 'unproven') throw RequestError.of('SIGNATURE_WRONG');
    if (result.kind === 'foreign') {
      const value = preview(request.headers['content-type'] ?? '');
      throw RequestError.of('UNSUPPORTED_MEDIA_TYPE', {
        value,
        expected: 'a CloudEvents format that is JSON',
      });
    }
    if (result.kind === 'unreadable') throw RequestError.of('HOOK_BODY_UNREADABLE', { why: result.why });
    const { receipt } = result;
    return reply.code(kindsOfHooks[receipt.hook.kind].status ?? 200).send(answerOf(receipt));
  };

  takeReportBodies(app, bodyLimit, (scope) => {
    const add = (
      method: 'POST' | 'PUT',
      url: string,
      kind: HookKind | null,
      description: RouteDescription,
    ): void => {
      scope.route({
        method,
        url,
        ...route(description),
        onRequest: [admit(kind), bound],
        bodyLimit,
        handler: take,
      });
    };
    const delivering: Omit<RouteDescription, 'id'> = {
      summary: 'Accepts a delivery to a hook',
      needs: 'hook',
      changesState: true,
      query: Object.fromEntries(
        queryOptions.map((name) => [
          name,
          text(`option \`${name}\` of the hook; it applies only to senders that use this address`),
        ]),
      ),
      body: { 'application/json': null },
      answers: {
        200: json(hookReceiptSchema, 'the hook understood the delivery; if not, `problems` has the reasons'),
        400: 'the body is not JSON',
        401: 'the signature, secret or token is missing or wrong',
        404: 'the configuration has no hook with this name',
        413: 'the body is too large',
        503: 'the events were not stored; send the delivery again',
      },
    };
    add('POST', '/hooks/:name', null, { ...delivering, id: 'postHook' });
    add('PUT', '/hooks/:name', null, { ...delivering, id: 'putHook' });
    for (const { path, kind, api, id } of imitatedPaths) {
      const status = kindsOfHooks[kind].status ?? 200;
      add('POST', path, kind, {
        id,
        summary: `Accepts a request for the API of ${api}; the hook of kind \`${kind}\` stores its events`,
        needs: 'hook',
        changesState: true,
        body: { 'application/json': null },
        answers: {
          [status]: json(
            imitatedReceiptSchema,
            'the request was accepted; the answer has the fields that clients of this API expect',
          ),
          400: 'the body is not JSON',
          401: 'the API key is missing or wrong',
          404: `the configuration has no hook of kind \`${kind}\``,
          503: 'the event was not stored; send it again',
        },
      });
    }
  });

  // The handshake of CloudEvents' webhooks.
  app.options(
    '/hooks/:name',
    route({
      id: 'hookOptions',
      summary: 'Returns the methods that a hook accepts',
      needs: 'nothing',
      answers: { 200: 'the header `Allow` has the methods' },
    }),
    (request, reply) => {
      const origin = request.headers['webhook-request-origin'];
      reply.header('Allow', 'POST, PUT');
      if (typeof origin === 'string') {
        reply.header('WebHook-Allowed-Origin', origin).header('WebHook-Allowed-Rate', '*');
      }
      return reply.send('');
    },
  );
}

function hooksFor(
  { params }: FastifyRequest<ByName>,
  kind: HookKind | null,
  { desk }: RouteContext,
): readonly Hook[] {
  if (kind === null) {
    const hook = desk.find(params.name ?? '');
    if (hook === undefined) throw RequestError.of('HOOK_NOT_FOUND', { value: preview(params.name ?? '') });
    return [hook];
  }
  const hooks = desk.ofKind(kind);
  if (hooks.length === 0) throw RequestError.of('HOOK_KIND_NOT_FOUND', { value: kind });
  return hooks;
}

// Clients of imitated APIs have parameters of their own, which are ignored.
function optionsFor(hook: Hook, request: FastifyRequest): Hook['options'] {
  if (!request.url.startsWith('/hooks/')) return hook.options;
  const options = withQuery(hook, request.query as Readonly<Record<string, unknown>>);
  if (typeof options === 'string') throw RequestError.of('BAD_REQUEST', { why: options });
  return options;
}

function headersOf({ headers }: FastifyRequest): Readonly<Record<string, string | undefined>> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : value]),
  );
}

function hookItemOf(hook: Hook, desk: HookDesk): HookItem {
  const { last, lastGood } = desk.recordOf(hook);
  return {
    ...hookFactsOf(hook, desk),
    lastGood: lastGood === null ? null : formatTime(lastGood, 'UTC'),
    last: last.map(({ at, ...delivery }) => ({ at: formatTime(at, 'UTC'), ...delivery })),
  };
}

/** A hook without its deliveries and secrets. */
export function hookFactsOf(hook: Hook, desk: HookDesk): Omit<HookItem, 'last' | 'lastGood'> {
  const { proof } = kindsOfHooks[hook.kind];
  const secret = proof === 'presented' || proof === 'body' ? 'secret' : 'signature';
  return {
    name: hook.name,
    kind: hook.kind,
    path: `/hooks/${hook.name}`,
    proof: hook.secrets.length === 0 ? 'token' : secret,
    counts: desk.recordOf(hook).counts,
  };
}

function answerOf({
  hook,
  stored,
  duplicate,
  ignored,
  problems,
  ids,
  dedupKey,
}: HookReceipt): HookReceiptAnswer | ImitatedReceipt {
  const counts: HookReceiptAnswer = {
    ...{ stored, duplicate, ignored: ignored.length },
    reasons: [...new Set(ignored)].slice(0, maxTold),
    problems: problems.slice(0, maxTold),
  };
  switch (hook.kind) {
    case 'pagerduty':
      return { status: 'success', message: 'Event processed', dedup_key: dedupKey, ...counts };
    case 'datadog':
      return { status: 'ok', event: { id: ids[0] ?? 0 }, ...counts };
    case 'honeycomb':
      return { id: String(ids[0] ?? 0), ...counts };
    default:
      return counts;
  }
}
