// GET /retention: how long events are kept, and which are too old.

import { formatTime, type RetentionAnswer } from '@anthracite/protocol';
import { retentionSchema } from '@anthracite/protocol/api';
import type { FastifyInstance } from 'fastify';
import type { EventStore } from '../../../answers/event-store';
import type { EventQuery } from '../../../query/event-query';
import { type RetentionRule, readRetentionRules, retentionForm } from '../../../retention-rule';
import { settingsTable } from '../../../settings';
import { tooOld } from '../../../storage/retention';
import { parsed } from '../request/parameter-kinds';
import { json, readParameters, route } from '../request/route-options';
import type { RouteContext } from './context';

// Each rule is a count of all events of its types.
const maxRules = 50;

type RuleAnswer = RetentionAnswer['rules'][number];

const parameters = {
  rules: parsed('rules to try instead of those of the setting, such as puppet=1y,*=5y', {
    parse: (given) => {
      const items = settingsTable.retention.parse(given);
      return items === null || items.length > maxRules ? null : readRetentionRules(items);
    },
    expected: `at most ${maxRules} ${retentionForm}`,
    default: null,
  }),
};

/** Adds the route. */
export function addRetentionRoutes(app: FastifyInstance, context: RouteContext): void {
  const { store, retention, clock } = context;
  const telling = route({
    id: 'getRetention',
    summary: 'Reports how long events are kept, and how many are too old; removes nothing',
    needs: 'read',
    query: parameters,
    answers: { 200: json(retentionSchema, 'the rules, and what is too old') },
  });
  app.get('/retention', telling, async (request): Promise<RetentionAnswer> => {
    const values = readParameters(request, context, parameters);
    const rules = values.rules ?? retention.rules;
    const [now, { lastRun }] = await Promise.all([retention.now(), store.retention.state(clock())]);
    const answers: RuleAnswer[] = [];
    for (const [place, rule] of rules.entries()) {
      // The query of a rule leaves out the types of the rules before it.
      const query = rule.ageMs === null ? undefined : tooOld(rules.slice(0, place + 1), now).at(-1);
      answers.push(await answerRule(store, rule, query));
    }
    const iso = (ms: number): string => formatTime(ms, 'UTC');
    return {
      now: iso(now),
      rules: answers,
      lastRun: lastRun && {
        at: iso(lastRun.at),
        removed: lastRun.count,
        first: iso(lastRun.firstMs),
        last: iso(lastRun.lastMs),
      },
    };
  });
}

async function answerRule(
  store: EventStore,
  { pattern: types, age }: RetentionRule,
  query: EventQuery | undefined,
): Promise<RuleAnswer> {
  if (query === undefined) return { types, age, tooOld: 0, oldest: null, byType: [] };
  const [{ names, nameOf, counts }, { events }] = await Promise.all([
    store.countsBetween(query, [query.fromMs, query.untilMs], 'type'),
    store.events(query, null, 1, null),
  ]);
  const byType = [...counts].map((count, place) => ({ type: names[nameOf[place] ?? 0] ?? '', count }));
  const [oldest] = events;
  return {
    types,
    age,
    tooOld: byType.reduce((sum, { count }) => sum + count, 0),
    oldest: oldest === undefined ? null : formatTime(oldest.time, 'UTC'),
    byType: byType.sort((one, other) => other.count - one.count),
  };
}
