// Asks the HTTP API: submits events, lists, follows and changes them, and tends the ledger of rejected lines and the tokens.

import type { Event, StoredEvent } from '../event';
import { isJsonObject } from '../event-json';
import { fromGraphiteTags, fromGraphiteText } from '../graphite';
import { ClientError } from './client-error';
import { type FollowOptions, followStream } from './event-feed';
import type {
  BulkDeletion,
  EventPage,
  EventPatch,
  FollowerPage,
  FoundReject,
  History,
  LinesSubmitted,
  ListQuery,
  RejectPage,
  SpanPage,
  StreamMessage,
  Submitted,
  SuspectPage,
  UsagePage,
} from './http-answers';
import { type Answer, type HttpClientOptions, HttpTransport, toSearch } from './http-transport';
import { defaultRetry, type RetryRules, withRetry } from './retry';
import type { CreatedToken, TokenEntry } from './token';

export { type HttpClientOptions, isPlainUrl } from './http-transport';

const jsonBody = { 'content-type': 'application/json' };
const pageEvents = 1_000;
// A million events are found and deleted in minutes on a slow disk.
const bulkTimeoutMs = 600_000;
const noRetry: RetryRules = { ...defaultRetry, limit: 0 };

export class HttpClient {
  readonly #http: HttpTransport;

  /** `url` is that of the server, such as `http://127.0.0.1:2006`. Throws a `ClientError` BAD_URL or BAD_TOKEN. */
  constructor(url: string, options: HttpClientOptions = {}) {
    this.#http = new HttpTransport(url, options);
  }

  /** Submits an event. Its time is the client's to set: only so is trying again the same event. */
  async submit({ time, type, tags, description }: Event): Promise<Submitted> {
    const body = JSON.stringify({ time, type, tags, description });
    const answer = await this.#http.json('/events', {
      method: 'POST',
      body,
      headers: jsonBody,
    });
    return this.#toSubmitted(answer);
  }

  /** Submits lines, each with its line end. Those that are no events are rejected one by one, and kept in the ledger. */
  async submitLines(lines: string): Promise<LinesSubmitted> {
    const init = { method: 'POST', body: lines, headers: { 'content-type': 'text/plain' } };
    // The summary of lines that were all rejected comes with status 400.
    const answer = await this.#http.json('/events', init, { summary: 'stored' });
    if (typeof answer['stored'] !== 'number' || !Array.isArray(answer['problems']))
      throw this.#http.foreign(answer);
    return answer as unknown as LinesSubmitted;
  }

  /** Puts lines into the ledger of rejects; at most a thousand at once. */
  async keepRejects(rejects: readonly FoundReject[]): Promise<void> {
    const init = { method: 'POST', body: JSON.stringify(rejects), headers: jsonBody };
    await this.#http.json('/rejects', init);
  }

  /** A page of events. */
  async events(query: ListQuery): Promise<EventPage> {
    const page = await this.#http.json(`/events/json${toSearch(query)}`);
    if (!Array.isArray(page['events'])) throw this.#http.foreign(page);
    return page as unknown as EventPage;
  }

  /** All events that a query finds, page by page. */
  async *allEvents(query: ListQuery): AsyncGenerator<EventPage['events']> {
    let after = query['after'];
    do {
      const page = await this.events({ ...query, limit: pageEvents, after });
      yield page.events;
      after = page.next;
    } while (after !== undefined);
  }

  /** All that a list has, as the bytes of a format, while they arrive. */
  async *stream(format: string, query: ListQuery): AsyncGenerator<Uint8Array> {
    const path = `/events/${format}${toSearch({ limit: 'all', ...query })}`;
    const response = await withRetry(() => this.#http.request(path), this.#http.retry);
    yield* this.#http.bytes(response);
  }

  /** A page of spans. */
  async spans(query: ListQuery): Promise<SpanPage> {
    const page = await this.#http.json(`/spans${toSearch(query)}`);
    if (!Array.isArray(page['spans'])) throw this.#http.foreign(page);
    return page as unknown as SpanPage;
  }

  /** What changed before the span that an event marks. */
  async suspects(id: number, query: ListQuery): Promise<SuspectPage> {
    const page = await this.#http.json(`/spans/${id}/suspects${toSearch(query)}`);
    if (!Array.isArray(page['suspects'])) throw this.#http.foreign(page);
    return page as unknown as SuspectPage;
  }

  /** Which spans followed an event. Rejects with NO_EVENT when there is none. */
  async followers(id: number, query: ListQuery): Promise<FollowerPage> {
    const page = await ofEvent(id, this.#http.json(`/events/${id}/followers${toSearch(query)}`));
    if (!Array.isArray(page['followers'])) throw this.#http.foreign(page);
    return page as unknown as FollowerPage;
  }

  /** The report, as `docs/report.md` has it. */
  async report(query: ListQuery): Promise<Answer> {
    const report = await this.#http.json(`/report${toSearch(query)}`);
    if (!isJsonObject(report['incidents'])) throw this.#http.foreign(report);
    return report;
  }

  /** The report as CSV, as the bytes arrive. */
  async *reportCsv(query: ListQuery): AsyncGenerator<Uint8Array> {
    const path = `/report/csv${toSearch(query)}`;
    yield* this.#http.bytes(await withRetry(() => this.#http.request(path), this.#http.retry));
  }

  /** What comes from now on, or from a position on, across reconnections; see `followStream`. */
  follow(query: ListQuery, options: FollowOptions): AsyncGenerator<StreamMessage> {
    return followStream(this.#http, query, options);
  }

  /** An event, whole. Rejects with NO_EVENT when there is none. */
  async event(id: number): Promise<StoredEvent> {
    return (await this.taggedEvent(id)).event;
  }

  /** An event with its ETag, which is null where the server gives none. Rejects with NO_EVENT when there is none. */
  async taggedEvent(id: number): Promise<{ readonly event: StoredEvent; readonly etag: string | null }> {
    let etag: string | null = null;
    const onHeaders = (headers: Headers): void => {
      etag = headers.get('etag');
    };
    const answer = await ofEvent(id, this.#http.json(`/events/${id}`, {}, { onHeaders }));
    const { what, data, tags, when } = answer;
    const time = typeof when === 'string' ? Date.parse(when) : Number.NaN;
    const isText = typeof what === 'string' && typeof data === 'string';
    if (!isText || !Array.isArray(tags) || !Number.isInteger(time)) throw this.#http.foreign(answer);
    const description = fromGraphiteText(what, data);
    if (!description.ok) throw this.#http.foreign(answer);
    const fields = fromGraphiteTags(tags as readonly string[]);
    return { event: { id, time, ...fields, description: description.value }, etag };
  }

  /**
   * Changes fields of an event, and resolves with what it has become. With an ETag it rejects with the server's code EVENT_CHANGED
   * where the event has another by now.
   */
  async edit(id: number, patch: EventPatch, etag: string | null = null): Promise<StoredEvent> {
    const headers = { ...jsonBody, ...(etag !== null && { 'if-match': etag }) };
    const init = { method: 'PATCH', body: JSON.stringify(patch), headers };
    return this.#toEvent(await ofEvent(id, this.#http.json(`/events/${id}`, init)));
  }

  /** Deletes an event. Rejects with NO_EVENT when there is none. */
  async deleteEvent(id: number): Promise<void> {
    const init = { method: 'DELETE' };
    await ofEvent(
      id,
      withRetry(() => this.#http.request(`/events/${id}`, init), this.#http.retry),
    );
  }

  /** Puts a deleted event back as it was. */
  async restore(id: number): Promise<StoredEvent> {
    return this.#toEvent(await this.#http.json(`/events/${id}/restore`, { method: 'POST' }));
  }

  /** What became of an event. */
  async history(id: number): Promise<History> {
    const history: History['history'][number][] = [];
    for (let query = ''; ; ) {
      const answer = await this.#http.json(`/events/${id}/history${query}`);
      if (!Array.isArray(answer['history'])) throw this.#http.foreign(answer);
      const page = answer as unknown as History & { readonly next?: number };
      history.push(...page.history);
      if (page.next === undefined) return { id: page.id, isDeleted: page.isDeleted, history };
      query = `?after=${page.next}`;
    }
  }

  /** Counts the events that a filter finds. */
  async countMatching(query: ListQuery): Promise<number> {
    return (await this.#deleteMatching({ ...query, dry_run: 1 }, this.#http.retry)).count;
  }

  /** Deletes the events that a filter finds, when there are `count` of them; rejects with COUNT_DIFFERS otherwise. */
  deleteMatching(query: ListQuery, count: number): Promise<BulkDeletion> {
    // It is not tried again: a second time would find another count.
    return this.#deleteMatching({ ...query, count }, noRetry);
  }

  /** The types that begin so, by name. */
  types(prefix: string, limit: number): Promise<UsagePage> {
    return this.#usages('types', 'type', prefix, limit);
  }

  /** The tags that begin so, by name. */
  tags(prefix: string, limit: number): Promise<UsagePage> {
    return this.#usages('tags', 'tag', prefix, limit);
  }

  /** A page of the ledger, of entries whose id is below `before`. */
  async rejects(limit: number, before?: number): Promise<RejectPage> {
    const page = await this.#http.json(`/rejects${toSearch({ limit, before })}`);
    if (!Array.isArray(page['rejects'])) throw this.#http.foreign(page);
    return page as unknown as RejectPage;
  }

  /** Tries a rejected line again, mended when `line` is given. */
  async resubmit(id: number, line?: string): Promise<Submitted> {
    const mended = line === undefined ? {} : { body: line, headers: { 'content-type': 'text/plain' } };
    return this.#toSubmitted(await this.#http.json(`/rejects/${id}/resubmit`, { method: 'POST', ...mended }));
  }

  /** Takes a line out of the ledger. */
  async deleteReject(id: number): Promise<void> {
    await withRetry(() => this.#http.request(`/rejects/${id}`, { method: 'DELETE' }), this.#http.retry);
  }

  /** Makes a token with some of the roles read, write and admin. */
  async createToken(name: string, roles: readonly string[]): Promise<CreatedToken> {
    const body = JSON.stringify({ name, roles });
    // It is not tried again: a second time would only find the name taken.
    const answer = await this.#http.json(
      '/tokens',
      { method: 'POST', body, headers: jsonBody },
      { retry: noRetry },
    );
    const { token, first } = answer;
    if (typeof token !== 'string' || typeof first !== 'boolean') throw this.#http.foreign({ name });
    return { token, isFirst: first };
  }

  /** The tokens that are good. */
  async tokens(): Promise<readonly TokenEntry[]> {
    const answer = await this.#http.json('/tokens');
    if (!Array.isArray(answer['tokens'])) throw this.#http.foreign(answer);
    return answer['tokens'] as readonly TokenEntry[];
  }

  /** Ends a token. */
  async revokeToken(name: string): Promise<void> {
    const path = `/tokens/${encodeURIComponent(name)}`;
    await withRetry(() => this.#http.request(path, { method: 'DELETE' }), this.#http.retry);
  }

  async #deleteMatching(query: ListQuery, retry: RetryRules): Promise<BulkDeletion> {
    const options = { retry, timeoutMs: bulkTimeoutMs };
    const answer = await this.#http.json(`/events/delete${toSearch(query)}`, { method: 'POST' }, options);
    if (typeof answer['count'] !== 'number') throw this.#http.foreign(answer);
    return answer as unknown as BulkDeletion;
  }

  async #usages(list: string, name: string, prefix: string, limit: number): Promise<UsagePage> {
    const answer = await this.#http.json(`/${list}${toSearch({ prefix, limit })}`);
    const usages = answer[list];
    if (!Array.isArray(usages) || !usages.every(isJsonObject)) throw this.#http.foreign(answer);
    return {
      usages: usages.map(({ count, first, last, ...rest }) => ({
        name: String(rest[name]),
        count: Number(count),
        first: String(first),
        last: String(last),
      })),
      truncated: answer['truncated'] === true,
    };
  }

  #toEvent(answer: Answer): StoredEvent {
    if (typeof answer['id'] !== 'number' || typeof answer['time'] !== 'number')
      throw this.#http.foreign(answer);
    return answer as unknown as StoredEvent;
  }

  #toSubmitted(answer: Answer): Submitted {
    const { id, new: isNew } = answer;
    if (typeof id !== 'number' || typeof isNew !== 'boolean') throw this.#http.foreign(answer);
    return { id, isNew };
  }
}

// Graphite's words for an event that is not there tell neither which one nor what to do.
async function ofEvent<T>(id: number, answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof ClientError && error.status === 404) throw ClientError.of('NO_EVENT', { value: id });
    throw error;
  }
}
