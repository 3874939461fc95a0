// Which types and tags there are, and how often; and which keys tags have.

import { formatTime } from '@anthracite/protocol';
import type { FastifyInstance } from 'fastify';
import type { Usage } from '../../store/event-store';
import { readParameters, route } from '../route-options';
import type { RouteContext } from './context';

const defaultLimit = 1_000;
const maxLimit = 100_000;

/** Adds the routes. */
export function addCatalogRoutes(app: FastifyInstance, context: RouteContext): void {
  const { store } = context;
  for (const [kind, key] of [
    ['types', 'type'],
    ['tags', 'tag'],
  ] as const) {
    const options = route({
      summary: `Which ${kind} there are, with how many events each has, and its first and last`,
      needs: 'read',
      query: {
        prefix: 'what the names begin with',
        limit: 'at most so many; 1000 when left out',
        counts: '0: names alone, which is quick however many events there are; for completion',
      },
      answers: { 200: `the ${kind}, by name` },
    });
    app.get(`/${kind}`, options, async (request) => {
      const parameters = readParameters(request, context);
      const limit = parameters.whole('limit', defaultLimit, 1, maxLimit);
      const prefix = parameters.last('prefix') ?? '';
      if (parameters.choice('counts', '1', ['0', '1']) === '0') {
        const { items, isAll } = await store.names(kind, prefix, limit);
        return { [kind]: items.map((name) => ({ [key]: name })), truncated: !isAll };
      }
      const { items, isAll } = await store[kind](prefix, limit);
      return { [kind]: items.map((usage) => toJson(key, usage)), truncated: !isAll };
    });
  }
  addKeyRoute(app, context);
}

function addKeyRoute(app: FastifyInstance, context: RouteContext): void {
  const options = route({
    summary: 'Which keys tags have',
    needs: 'read',
    query: { limit: 'at most so many; 1000 when left out' },
    answers: { 200: 'the keys, by name' },
  });
  app.get('/tags/keys', options, async (request) => {
    const limit = readParameters(request, context).whole('limit', defaultLimit, 1, maxLimit);
    const { items, isAll } = await context.store.names('keys', '', limit);
    return { keys: items, truncated: !isAll };
  });
}

function toJson(key: string, { name, count, firstTime, lastTime }: Usage): Readonly<Record<string, unknown>> {
  return { [key]: name, count, first: formatTime(firstTime, 'UTC'), last: formatTime(lastTime, 'UTC') };
}
