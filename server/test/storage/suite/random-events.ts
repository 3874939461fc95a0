// Random events and queries, with so few words that they often match.

import { joinSeries, parseSearch, type StoredEvent } from '@anthracite/protocol';
import fc from 'fast-check';
import type { EventQuery } from '../../../src/query/event-query';
import type { EventBatch, RejectedLine } from '../../../src/storage/event-batch';

/** An event before it is stored. */
export type NewEvent = Omit<StoredEvent, 'id'>;

/** Events as a batch. */
export function batchOf(events: readonly NewEvent[], rejects: readonly RejectedLine[] = []): EventBatch {
  return {
    times: events.map(({ time }) => time),
    series: events.map(({ type, tags }) => joinSeries(type, tags)),
    descriptions: events.map(({ description }) => description),
    rejects,
  };
}

/** All events. */
export const everything: EventQuery = { fromMs: -1e12, untilMs: 1e13, order: 'ascending' };

const word = fc.constantFrom('deploy', 'puppet', 'event', 'env=prod', 'host=a', 'host=b', 'never');
const pattern = fc.oneof(word, fc.constantFrom('*', 'host=*', 'd*y', '*e*', 'p*', '%', "'", '[a-z]*'));

/** An event within a minute, or before 1970. */
export const newEvent: fc.Arbitrary<NewEvent> = fc.record({
  time: fc.integer({ min: -20, max: 60 }).map((n) => n * 500),
  type: fc.constantFrom('deploy', 'puppet', 'event', 'a\0b', 'é;='),
  tags: fc.array(fc.constantFrom('env=prod', 'host=a', 'host=b', 'nul=\0', 'x_y'), { maxLength: 3 }),
  description: fc.constantFrom(
    'roll back',
    'Web-01 CAFÉ',
    'x\ny',
    'deploy',
    '\0',
    `long ${'x'.repeat(9_000)}`,
  ),
});

/** A mark of one of a few spans, or an event that is not a mark. */
export const newMark: fc.Arbitrary<NewEvent> = fc.record({
  time: fc.integer({ min: 0, max: 40 }).map((n) => n * 1_000),
  type: fc
    .tuple(
      fc.constantFrom('incident_sev1', 'incident_sev3', 'backup'),
      fc.constantFrom('_start', '_start', '_detected', '_end', '_resolved', ''),
    )
    .map((parts) => parts.join('')),
  tags: fc.array(fc.constantFrom('incident=7', 'incident=\0', 'host=a', 'origin=self'), { maxLength: 2 }),
  description: fc.constantFrom('disk full', 'network down\nof the shop', '\0'),
});

/** A query with random parts. */
export const query: fc.Arbitrary<EventQuery> = fc.record(
  {
    fromMs: fc.integer({ min: -12_000, max: 32_000 }),
    untilMs: fc.integer({ min: -12_000, max: 32_000 }),
    order: fc.constantFrom('ascending' as const, 'descending' as const),
    types: fc.array(
      fc.oneof(
        pattern,
        pattern.map((one) => `!${one}`),
      ),
      { maxLength: 2 },
    ),
    any: fc.array(pattern, { maxLength: 2 }),
    all: fc.array(pattern, { maxLength: 2 }),
    none: fc.array(pattern, { maxLength: 2 }),
    search: fc.constantFrom('roll', '"roll back"', 'ro*', '-back', 'web-01', 'café', 'host').map(parseSearch),
  },
  { requiredKeys: ['fromMs', 'untilMs', 'order'] },
);
