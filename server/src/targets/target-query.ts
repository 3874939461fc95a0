// Turns the selection of a target into queries. Pure.

import { eventLimits, parseSearch } from '@anthracite/protocol/core';
import type { EventQuery, SpanQuery } from '../query/event-query';
import { endAfter } from '../query/range-end';
import { ownTags, type Target } from './target';

/** The events that are sent to a target. */
export function eventsFor(target: Target): EventQuery {
  return { ...spansFor(target), withoutMarks: target.spans };
}

/** The spans that are sent to a target. */
export function spansFor(target: Target): SpanQuery {
  const { type, any, all, none, q } = target.selection;
  return {
    fromMs: eventLimits.minTimeMs,
    untilMs: endAfter(eventLimits.maxTimeMs),
    types: type,
    ...{ any, all },
    none: [...none, ...ownTags(target)],
    ...(q !== '' && { search: parseSearch(q) }),
    order: 'ascending',
  };
}
