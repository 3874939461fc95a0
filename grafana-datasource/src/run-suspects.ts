// Asks for the suspects of incidents, and for what followed changes: finds each incident or change, then sends its question.

import type { FollowerPage, SuspectPage } from '@anthracite/protocol';
import { forkJoin, map, type Observable, of, switchMap, throwError } from 'rxjs';
import { limitOf } from './query/limit';
import type { CompleteQuery } from './query/query';
import { eventSearch, idOf, maxSubjects, spanSearch, usualAnswers } from './query/subject';
import type { Client } from './request/client';
import {
  filterParameters,
  type RequestParameters,
  spanParameters,
  type TimeRangeMs,
} from './request/parameters';

// The server's maximum.
const maxAnswers = 100;

/** The suspects of the named incidents; without names, those of the newest incident of the range. */
export function findSuspects(
  client: Client,
  query: CompleteQuery,
  range: TimeRangeMs,
): Observable<SuspectPage[]> {
  const filters = filterParameters(query, range);
  const { from = '', until = '' } = filters;
  const newest = spanParameters({ ...query, spanScale: query.spanScale || 'incident' });
  return forEach(
    query.subjects,
    () => search(client, [{ from, until, ...newest, show: 'spans', limit: '1' }]),
    (name) =>
      search(client, spanSearch(name)).pipe(
        switchMap((found) =>
          orMissing(
            found ?? idOf(name),
            `There is no incident "${name}". Enter its key, its type or its id.`,
          ),
        ),
      ),
    (id) =>
      client.get(`spans/${id}/suspects`, { ...filters, from: '', until: '', ...answerParameters(query) }),
  );
}

/** The spans after the named changes; without names, those after the newest event of the range that matches the query. */
export function findFollowers(
  client: Client,
  query: CompleteQuery,
  range: TimeRangeMs,
): Observable<FollowerPage[]> {
  const filters = filterParameters(query, range);
  return forEach(
    query.subjects,
    () => search(client, [{ ...filters, show: 'points', limit: '1' }]),
    (name) =>
      idOf(name) === null
        ? search(client, eventSearch(name, filters)).pipe(
            switchMap((found) =>
              orMissing(
                found,
                `There is no event "${name}". Enter a tag, such as version=42, a type or an id.`,
              ),
            ),
          )
        : of(idOf(name)),
    (id) => client.get(`events/${id}/followers`, { ...spanParameters(query), ...answerParameters(query) }),
  );
}

// The answers to a question about each name; about the newest, if there are no names.
function forEach<Page>(
  names: readonly string[],
  findNewest: () => Observable<number | null>,
  find: (name: string) => Observable<number | null>,
  ask: (id: number) => Observable<Page>,
): Observable<Page[]> {
  if (names.length > maxSubjects) {
    throw new Error(`The query names ${names.length} incidents or changes. The maximum is ${maxSubjects}.`);
  }
  const ids = names.length === 0 ? [findNewest()] : names.map(find);
  const pages = ids.map((found) =>
    found.pipe(switchMap((id) => (id === null ? of([]) : ask(id).pipe(map((page) => [page]))))),
  );
  return forkJoin(pages).pipe(map((lists) => lists.flat()));
}

// The id of the newest match of the first search that finds one.
function search(client: Client, [first, ...others]: readonly RequestParameters[]): Observable<number | null> {
  if (first === undefined) return of(null);
  return client.get('events/timeline', first).pipe(
    switchMap(({ spans, events }) => {
      const id = spans[0]?.id ?? events[0]?.id;
      return id === undefined ? search(client, others) : of(id);
    }),
  );
}

function orMissing(id: number | null, message: string): Observable<number> {
  return id === null ? throwError(() => new Error(message)) : of(id);
}

function answerParameters(query: CompleteQuery): RequestParameters {
  return { window: query.within, limit: String(Math.min(maxAnswers, limitOf(query, usualAnswers))) };
}
