// Joins the answers of the queries of a panel into one response.

import { type DataFrame, type DataQueryError, type DataQueryResponse, LoadingState } from '@grafana/data';
import { map, merge, type Observable, scan } from 'rxjs';

/** The answer of one query: frames or a failure. */
export interface QueryAnswer {
  readonly frames: readonly DataFrame[];
  readonly failure?: DataQueryError;
  /** True if more frames follow. */
  readonly isLive?: boolean;
}

// Responses with the same key replace each other.
const key = 'anthracite';

/**
 * The answers so far, in the order of the queries. Tables show the first frame, which must not depend on which answer arrives first. The
 * state is `Loading` until the last answer; failures are reported then.
 */
export function joinAnswers(answers: readonly Observable<QueryAnswer>[]): Observable<DataQueryResponse> {
  return merge(...answers.map((answer, place) => answer.pipe(map((one) => new Map([[place, one]]))))).pipe(
    scan((before, one) => new Map([...before, ...one])),
    map((known): DataQueryResponse => {
      const inOrder = answers.flatMap((_, place) => known.get(place) ?? []);
      const data = inOrder.flatMap(({ frames }) => frames);
      if (inOrder.length < answers.length) return { data, key, state: LoadingState.Loading };
      const errors = inOrder.flatMap(({ failure }) => failure ?? []);
      const [error] = errors;
      const isLive = inOrder.some((one) => one.isLive);
      if (error === undefined)
        return { data, key, state: isLive ? LoadingState.Streaming : LoadingState.Done };
      return { data, key, state: LoadingState.Error, error, errors };
    }),
  );
}
