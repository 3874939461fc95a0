// Tests whether a span matches a query, except for its text: like an event that has the types and the tags of all its
// marks. An excluded type must not be among the span's types; any other type only has to be one of them.

import type { Span } from '@anthracite/protocol/core';
import { isExclusion, partPatterns } from '@anthracite/protocol/core';
import type { SpanQuery } from './event-query';
import { createQueryTest } from './query-test';

/** A test in two steps: without the span's tags, and then with them. */
export interface SpanTest {
  readonly isCandidate: (span: Span) => boolean;
  /** Null when no tags are requested. */
  readonly hasTags: ((span: Span) => boolean) | null;
}

const anyTime = {
  fromMs: Number.NEGATIVE_INFINITY,
  untilMs: Number.POSITIVE_INFINITY,
  order: 'ascending',
} as const;

/** Creates the test. */
export function createSpanTest(query: SpanQuery): SpanTest {
  const { fromMs, untilMs, types = [], any, all, none, isOpen } = query;
  const { scales = [], severities = [], origins = [] } = query;
  const isOfType = createQueryTest({ ...anyTime, types: partPatterns(types).wanted });
  const isLeftIn = createQueryTest({ ...anyTime, types: types.filter(isExclusion) });
  const isTagged = createQueryTest({
    ...anyTime,
    ...(any && { any }),
    ...(all && { all }),
    ...(none && { none }),
  });
  const isCandidate = (span: Span): boolean => {
    if (isOpen !== undefined && isOpen !== (span.end === null)) return false;
    if (!isAmong(scales, span.scale) || !isAmong(severities, span.severity)) return false;
    if (!isAmong(origins, span.origin)) return false;
    if (span.begin >= untilMs || (span.end ?? Number.POSITIVE_INFINITY) < fromMs) return false;
    const { begin: time } = span;
    const asEvents = [span.type, ...new Set(span.marks.map(({ type }) => type))].map((type) => ({
      time,
      type,
      tags: [],
      description: '',
    }));
    return asEvents.some(isOfType) && asEvents.every(isLeftIn);
  };
  const asksForTags = [any, all, none].some((patterns) => (patterns?.length ?? 0) > 0);
  const hasTags = ({ begin: time, type, tags }: Span): boolean =>
    isTagged({ time, type, tags, description: '' });
  return { isCandidate, hasTags: asksForTags ? hasTags : null };
}

function isAmong<T>(wanted: readonly T[], value: T): boolean {
  return wanted.length === 0 || wanted.includes(value);
}
