// Sends queries to the reader threads.

import type { Cursor, EventQuery, Grouping } from '../query/event-query';
import type { ReaderPool } from '../storage/threads/reader-pool';
import type { Thread } from '../storage/threads/thread';
import type { Answers } from './answers';

/** The methods of a reader thread. */
export type AnswerHandlers = { readonly [M in keyof Answers]: Answers[M] };

/** The queries, each sent to a suitable thread: slow queries do not delay fast ones. */
export function createQuestions(
  pool: ReaderPool<Thread<AnswerHandlers>>,
  watch: <T>(answer: Promise<T>) => Promise<T>,
): Answers {
  const ask =
    <M extends keyof Answers>(method: M): Answers[M] =>
    (...args: unknown[]) =>
      watch(pool.leastBusy().call(method, ...(args as Parameters<AnswerHandlers[M]>))) as never;
  const listed = async <T extends { readonly next: Cursor | null }>(
    query: EventQuery,
    grouping: Grouping | null,
    call: (thread: Thread<AnswerHandlers>) => Promise<T>,
    isShort: (part: T) => boolean,
  ): Promise<T> => {
    const thread = grouping === null ? pool.forList(query) : pool.forWhole(query);
    const part = await watch(call(thread));
    if (grouping === null && part.next !== null && isShort(part)) pool.endedEarly(query);
    return part;
  };
  return {
    event: ask('event'),
    key: ask('key'),
    page: (query, grouping, format, limit, after, base) =>
      listed(
        query,
        grouping,
        (thread) => thread.call('page', query, grouping, format, limit, after, base),
        ({ count }) => count < limit,
      ),
    events: (query, grouping, limit, after) =>
      listed(
        query,
        grouping,
        (thread) => thread.call('events', query, grouping, limit, after),
        ({ events }) => events.length < limit,
      ),
    count: (query, grouping, limit, after) =>
      listed(
        query,
        grouping,
        (thread) => thread.call('count', query, grouping, limit, after),
        ({ count }) => count < limit,
      ),
    ids: (query, limit, after) =>
      listed(
        query,
        null,
        (thread) => thread.call('ids', query, limit, after),
        ({ ids }) => ids.length < limit,
      ),
    news: async (query, after) => {
      const news = await watch(pool.forList(query).call('news', query, after));
      if (!news.isAll) pool.endedEarly(query);
      return news;
    },
    counts: (query, unitMs, by) => watch(pool.forWhole(query).call('counts', query, unitMs, by)),
    countsBetween: (query, bounds, by) =>
      watch(pool.forWhole(query).call('countsBetween', query, bounds, by)),
    groupOf: ask('groupOf'),
    spanPage: ask('spanPage'),
    spans: ask('spans'),
    span: ask('span'),
    suspects: ask('suspects'),
    followers: ask('followers'),
    report: ask('report'),
    illustratedReport: ask('illustratedReport'),
    countBySecond: ask('countBySecond'),
    names: ask('names'),
    types: ask('types'),
    tags: ask('tags'),
    rejects: ask('rejects'),
    reject: ask('reject'),
    history: ask('history'),
    newestHistory: ask('newestHistory'),
    position: ask('position'),
    start: ask('start'),
    spanNews: ask('spanNews'),
    rejectCount: ask('rejectCount'),
    statistics: ask('statistics'),
  };
}
