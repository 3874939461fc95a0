// Targets: other systems to which events are sent. Their state, a test message, and messages that were not delivered.

import { formatTime, preview } from '@anthracite/protocol';
import {
  type TargetAttempt,
  type TargetItem,
  type TargetList,
  targetAttemptSchema,
  targetListSchema,
  type UndeliveredPage,
  undeliveredPageSchema,
} from '@anthracite/protocol/api';
import type { FastifyInstance } from 'fastify';
import type { Attempt } from '../../../targets/attempt';
import { hostOf } from '../../../targets/target';
import type { TargetReport } from '../../targets/target-desk';
import { wholeNumber } from '../request/parameter-kinds';
import { RequestError } from '../request/request-error';
import { json, readParameters, route } from '../request/route-options';
import type { RouteContext } from './context';
import { parseId } from './events';

const maxEntries = 1_000;
const parameters = {
  limit: wholeNumber('maximum number of messages', { max: maxEntries, default: 100 }),
  after: wholeNumber('to get the next page: the id of the last message of the previous page', {
    min: 0,
    max: Number.MAX_SAFE_INTEGER,
    default: 0,
  }),
};

/** Adds the routes. */
export function addTargetRoutes(app: FastifyInstance, context: RouteContext): void {
  const { targets } = context;

  const listing = route({
    id: 'listTargets',
    summary: 'Lists the targets of the configuration, and how far the events have been sent to each',
    needs: 'read',
    answers: { 200: json(targetListSchema, 'the targets, without their addresses and secrets') },
  });
  app.get(
    '/targets',
    listing,
    async (): Promise<TargetList> => ({ targets: (await targets.reports()).map(itemOf) }),
  );

  const undelivered = route({
    id: 'listUndelivered',
    summary: 'Lists messages that were not delivered to targets, oldest first',
    needs: 'admin',
    query: parameters,
    answers: { 200: json(undeliveredPageSchema, 'the messages, each with its reason') },
  });
  app.get('/targets/undelivered', undelivered, async (request): Promise<UndeliveredPage> => {
    const { limit, after } = readParameters(request, context, parameters);
    const found = await targets.undelivered(after, limit + 1);
    return {
      messages: found
        .slice(0, limit)
        .map(({ at, ...message }) => ({ ...message, at: formatTime(at, 'UTC') })),
      truncated: found.length > limit,
    };
  });

  const resending = route({
    id: 'resendUndelivered',
    summary: 'Sends an undelivered message again, once; a delivered message leaves the list',
    needs: 'admin',
    changesState: true,
    answers: {
      200: json(targetAttemptSchema, 'the outcome'),
      404: 'the list has no message with this id, or the configuration no longer has its target',
    },
  });
  app.post<{ Params: { id: string } }>(
    '/targets/undelivered/:id/resend',
    resending,
    async ({ params: { id } }): Promise<TargetAttempt> => {
      const attempt = await targets.resend(parseId(id));
      if (attempt === null) throw RequestError.of('UNDELIVERED_NOT_FOUND', { value: preview(id) });
      if (attempt === 'unconfigured')
        throw RequestError.of('TARGET_NOT_FOUND', { value: 'for this message' });
      return toldOf(attempt);
    },
  );

  const testing = route({
    id: 'testTarget',
    summary: 'Sends an example event to a target, once, and stores nothing',
    needs: 'admin',
    changesState: true,
    answers: {
      200: json(targetAttemptSchema, 'the outcome'),
      404: 'the configuration has no target with this name',
    },
  });
  app.post<{ Params: { name: string } }>(
    '/targets/:name/test',
    testing,
    async ({ params: { name } }): Promise<TargetAttempt> => {
      const attempt = await targets.tryOut(name);
      if (attempt === null) throw RequestError.of('TARGET_NOT_FOUND', { value: preview(name) });
      return toldOf(attempt);
    },
  );
}

function toldOf(attempt: Attempt): TargetAttempt {
  return { outcome: attempt.kind, why: 'why' in attempt ? attempt.why : '' };
}

function itemOf(report: TargetReport): TargetItem {
  const { target, state, behind, progress, nextAttempt, lastDelivery, last, undelivered, forgotten } = report;
  const instant = (ms: number | null): string | null => (ms === null ? null : formatTime(ms, 'UTC'));
  return {
    name: target.name,
    as: target.shape,
    host: hostOf(target),
    state,
    behind,
    position: progress.position,
    failingSince: instant(progress.failingSince),
    nextAttempt: instant(nextAttempt),
    lastDelivery: instant(lastDelivery),
    last: last === null ? null : { ...last, at: formatTime(last.at, 'UTC') },
    undelivered,
    forgotten,
  };
}
