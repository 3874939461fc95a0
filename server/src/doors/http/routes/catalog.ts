// Lists types and tags with their number of events, and the keys of tags.

import type { TagList, TagNames, TypeList, TypeNames } from '@anthracite/protocol';
import {
  either,
  type KeyList,
  keyListSchema,
  tagListSchema,
  tagNamesSchema,
  typeListSchema,
  typeNamesSchema,
} from '@anthracite/protocol/api';
import type { FastifyInstance } from 'fastify';
import type { Usage } from '../../../answers/answers';
import { isoInstant } from '../../../formats/instant';
import { flag, text, wholeNumber } from '../request/parameter-kinds';
import { json, readParameters, route } from '../request/route-options';
import type { RouteContext } from './context';

const limit = wholeNumber('maximum number of names', { max: 100_000, default: 1_000 });
const parameters = {
  prefix: text('prefix of the names'),
  limit,
  counts: flag('0: only the names, without counts and times; fast for any number of events', true),
};

/** Adds the routes. */
export function addCatalogRoutes(app: FastifyInstance, context: RouteContext): void {
  const { store } = context;
  const types = route({
    id: 'listTypes',
    summary: 'Lists the types, each with its number of events and the times of the first and the last event',
    needs: 'read',
    query: parameters,
    answers: { 200: json(either(typeListSchema, typeNamesSchema), 'the types, sorted by name') },
  });
  app.get('/types', types, async (request): Promise<TypeList | TypeNames> => {
    const { limit, prefix, counts } = readParameters(request, context, parameters);
    if (!counts) {
      const { items, isAll } = await store.names('types', prefix ?? '', limit);
      return { types: items.map((type) => ({ type })), truncated: !isAll };
    }
    const { items, isAll } = await store.types(prefix ?? '', limit);
    return { types: items.map((one) => ({ type: one.name, ...usageOf(one) })), truncated: !isAll };
  });

  const tags = route({
    id: 'listTags',
    summary: 'Lists the tags, each with its number of events and the times of the first and the last event',
    needs: 'read',
    query: parameters,
    answers: { 200: json(either(tagListSchema, tagNamesSchema), 'the tags, sorted by name') },
  });
  app.get('/tags', tags, async (request): Promise<TagList | TagNames> => {
    const { limit, prefix, counts } = readParameters(request, context, parameters);
    if (!counts) {
      const { items, isAll } = await store.names('tags', prefix ?? '', limit);
      return { tags: items.map((tag) => ({ tag })), truncated: !isAll };
    }
    const { items, isAll } = await store.tags(prefix ?? '', limit);
    return { tags: items.map((one) => ({ tag: one.name, ...usageOf(one) })), truncated: !isAll };
  });

  const keys = route({
    id: 'listTagKeys',
    summary: 'Lists the keys of all tags, such as `host` for the tag `host=web1`',
    needs: 'read',
    query: { limit },
    answers: { 200: json(keyListSchema, 'the keys, sorted by name') },
  });
  app.get('/tags/keys', keys, async (request): Promise<KeyList> => {
    const values = readParameters(request, context, { limit });
    const { items, isAll } = await store.names('keys', '', values.limit);
    return { keys: items, truncated: !isAll };
  });
}

function usageOf({ count, firstTime, lastTime }: Usage) {
  return { count, first: isoInstant(firstTime), last: isoInstant(lastTime) };
}
