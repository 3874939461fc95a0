// Which types and tags there are, and how often.

import { formatTime } from '@anthracite/protocol';
import type { FastifyInstance } from 'fastify';
import type { Usage } from '../../store/event-store';
import { Parameters } from '../parameters';
import type { RouteContext } from './context';

const defaultLimit = 1_000;
const maxLimit = 100_000;

/** Adds the routes. */
export function addCatalogRoutes(app: FastifyInstance, { store, clock, settings }: RouteContext): void {
  for (const [kind, key] of [
    ['types', 'type'],
    ['tags', 'tag'],
  ] as const) {
    app.get(`/${kind}`, { config: { needs: 'read' } }, async (request) => {
      const parameters = new Parameters([request.query], clock(), settings['time-zone']).allowOnly([
        'prefix',
        'limit',
      ]);
      const limit = parameters.whole('limit', defaultLimit, 1, maxLimit);
      const usages = await store[kind](parameters.last('prefix') ?? '', limit + 1);
      return {
        [kind]: usages.slice(0, limit).map((usage) => toJson(key, usage)),
        truncated: usages.length > limit,
      };
    });
  }
}

function toJson(key: string, { name, count, firstTime, lastTime }: Usage): Readonly<Record<string, unknown>> {
  return { [key]: name, count, first: formatTime(firstTime, 'UTC'), last: formatTime(lastTime, 'UTC') };
}
