// Tests whether a span matches a query, except for its text: like an event that has the types and the tags of all its
// marks. An excluded type must not be among the span's types; any other type only has to be one of them.

import type { Span } from '@anthracite/protocol/core';
import { partPatterns } from '@anthracite/protocol/core';
import { isDeployType } from '../report/deployments';
import { WeightedCache } from '../weighted-cache';
import type { SpanQuery } from './event-query';
import { createQueryTest } from './query-test';

/** A test in two steps: without the span's tags, and then with them. */
export interface SpanTest {
  readonly isCandidate: (span: Span) => boolean;
  /** Null when no tags are requested. */
  readonly hasTags: ((span: Span) => boolean) | null;
}

const maxKnownBytes = 1_048_576;
const anyTime = {
  fromMs: Number.NEGATIVE_INFINITY,
  untilMs: Number.POSITIVE_INFINITY,
  order: 'ascending',
} as const;

/** Creates the test. */
export function createSpanTest(query: SpanQuery): SpanTest {
  const { fromMs, untilMs, types = [], any, all, none, some, isOpen } = query;
  const { scales = [], withDeployments = false, severities = [], origins = [] } = query;
  const { wanted, unwanted } = partPatterns(types);
  const isWanted = wanted.length === 0 ? null : createTypeTest(wanted);
  const isUnwanted = unwanted.length === 0 ? null : createTypeTest(unwanted);
  const isTagged = createQueryTest({
    ...anyTime,
    ...(any && { any }),
    ...(all && { all }),
    ...(none && { none }),
    ...(some && { some }),
  });
  const isCandidate = (span: Span): boolean => {
    if (isOpen !== undefined && isOpen !== (span.end === null)) return false;
    const isOnScale = isAmong(scales, span.scale) || (withDeployments && isDeployType(span.type));
    if (!isOnScale || !isAmong(severities, span.severity)) return false;
    if (!isAmong(origins, span.origin)) return false;
    if (span.begin >= untilMs || (span.end ?? Number.POSITIVE_INFINITY) < fromMs) return false;
    if (isWanted !== null && !hasType(span, isWanted)) return false;
    return isUnwanted === null || !hasType(span, isUnwanted);
  };
  const asksForTags = [any, all, none, some].some((patterns) => (patterns?.length ?? 0) > 0);
  const hasTags = ({ begin: time, type, tags }: Span): boolean =>
    isTagged({ time, type, tags, description: '' });
  return { isCandidate, hasTags: asksForTags ? hasTags : null };
}

function isAmong<T>(wanted: readonly T[], value: T): boolean {
  return wanted.length === 0 || wanted.includes(value);
}

type TypeTest = (type: string) => boolean;

// Whether a type matches any of some patterns, found out once for each type: spans share few.
function createTypeTest(types: readonly string[]): TypeTest {
  const test = createQueryTest({ ...anyTime, types });
  const known = new WeightedCache<string, boolean>(maxKnownBytes);
  return (type) => {
    const before = known.get(type);
    if (before !== undefined) return before;
    const answer = test({ time: 0, type, tags: [], description: '' });
    known.set(type, answer, 2 * type.length);
    return answer;
  };
}

// Whether the type of a span, or of one of its marks, passes a test.
function hasType({ type, marks }: Span, test: TypeTest): boolean {
  return test(type) || marks.some((mark) => test(mark.type));
}
