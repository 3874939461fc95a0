// The client of the HTTP API: submits, lists, follows and changes events, and manages rejected lines and tokens.

import {
  acceptedSchema,
  type BulkDeletion,
  bulkDeletionSchema,
  type EventPage,
  type EventPatch,
  eventDetailSchema,
  eventPageSchema,
  type FollowerPage,
  type FoundReject,
  followerPageSchema,
  type HealthAnswer,
  type HookItem,
  healthSchema,
  historySchema,
  hookListSchema,
  keptSchema,
  type LineSubmission,
  lineSubmissionSchema,
  madeTokenSchema,
  purgeSchema,
  type RejectPage,
  type ReportAnswer,
  type RetentionAnswer,
  rejectPageSchema,
  reportSchema,
  retentionSchema,
  type SpanPage,
  type SuspectPage,
  spanPageSchema,
  storedEventSchema,
  suspectPageSchema,
  type TokenEntry,
  tagListSchema,
  tokenListSchema,
  typeListSchema,
} from '../api';
import type { Event, StoredEvent } from '../event';
import { formatSubmittedJson } from '../event-json';
import { fromGraphiteTags, fromGraphiteText } from '../graphite';
import { jsonTime } from '../time-number';
import { ClientError } from './client-error';
import { type FollowOptions, followStream } from './event-feed';
import type { History, ListQuery, StreamMessage, Submitted, UsagePage } from './http-answers';
import type { HttpAnswer } from './http-request';
import { type HttpClientOptions, HttpTransport, type Patience, toSearch } from './http-transport';
import { noRetry, type RetryRules, withRetry } from './retry';
import type { CreatedToken } from './token';

export { type HttpClientOptions, isPlainUrl, normalizeUrl, type Patience } from './http-transport';

const jsonBody = { 'content-type': 'application/json' };
const pageEvents = 1_000;
// Deleting a million events takes minutes on a slow disk.
const bulkTimeoutMs = 600_000;
const healthTimeoutMs = 5_000;
const unavailable = 503;

export class HttpClient {
  readonly #http: HttpTransport;

  /** `url` is the server's URL, such as `http://127.0.0.1:2006`. Throws a `ClientError` BAD_URL or BAD_TOKEN. */
  constructor(url: string, options: HttpClientOptions = {}) {
    this.#http = new HttpTransport(url, options);
  }

  /** The state of the server. It makes a commit first if it made none within the last second. */
  async health(): Promise<HealthAnswer> {
    return this.#http.json(
      healthSchema,
      '/readyz',
      {},
      { retry: noRetry, timeoutMs: healthTimeoutMs, alsoGood: [unavailable] },
    );
  }

  /** Submits an event, optionally with a key. The client sets the time, so that a retry sends the same event. */
  async submit(event: Event, key: string | null = null): Promise<Submitted> {
    const init = { method: 'POST', body: formatSubmittedJson({ event, key }), headers: jsonBody };
    const { id, new: isNew } = await this.#http.json(acceptedSchema, '/events', init);
    return { id, isNew };
  }

  /** Submits lines, each with its line end. The server rejects and keeps each line that is not a valid event. */
  submitLines(lines: string): Promise<LineSubmission> {
    const init = { method: 'POST', body: lines, headers: { 'content-type': 'text/plain' } };
    // If all lines are rejected, the summary has status 400.
    return this.#http.json(lineSubmissionSchema, '/events', init, { alsoGood: [400] });
  }

  /** Stores rejected lines on the server; at most 1000 at once. */
  async keepRejects(rejects: readonly FoundReject[]): Promise<void> {
    const init = { method: 'POST', body: JSON.stringify(rejects), headers: jsonBody };
    await this.#http.json(keptSchema, '/rejects', init);
  }

  /** A page of events. */
  events(query: ListQuery): Promise<EventPage> {
    return this.#http.json(eventPageSchema, `/events/json${toSearch(query)}`);
  }

  /** All events of a query, page by page. */
  async *allEvents(query: ListQuery): AsyncGenerator<EventPage['events']> {
    let after = query['after'];
    do {
      const page = await this.events({ ...query, limit: pageEvents, after });
      yield page.events;
      after = page.next;
    } while (after !== undefined);
  }

  /** All events of a query in a format, as a stream of bytes. */
  async *stream(format: string, query: ListQuery): AsyncGenerator<Uint8Array> {
    const path = `/events/${format}${toSearch({ limit: 'all', ...query })}`;
    const response = await withRetry(() => this.#http.request(path), this.#http.retry);
    yield* this.#http.bytes(response);
  }

  /** A page of spans. */
  spans(query: ListQuery): Promise<SpanPage> {
    return this.#http.json(spanPageSchema, `/spans${toSearch(query)}`);
  }

  /** The changes before the span that an event marks. */
  suspects(id: number, query: ListQuery): Promise<SuspectPage> {
    return this.#http.json(suspectPageSchema, `/spans/${id}/suspects${toSearch(query)}`);
  }

  /** The spans that followed an event. Rejects with NO_EVENT if the event does not exist. */
  followers(id: number, query: ListQuery): Promise<FollowerPage> {
    return ofEvent(id, this.#http.json(followerPageSchema, `/events/${id}/followers${toSearch(query)}`));
  }

  /** The report; see `docs/report.md`. */
  report(query: ListQuery): Promise<ReportAnswer> {
    return this.#http.json(reportSchema, `/report${toSearch(query)}`);
  }

  /** The report as CSV, as a stream of bytes. */
  async *reportCsv(query: ListQuery): AsyncGenerator<Uint8Array> {
    const path = `/report/csv${toSearch(query)}`;
    yield* this.#http.bytes(await withRetry(() => this.#http.request(path), this.#http.retry));
  }

  /** The live stream from now on, or from a position on, across reconnections; see `followStream`. */
  follow(query: ListQuery, options: FollowOptions): AsyncGenerator<StreamMessage> {
    return followStream(this.#http, query, options);
  }

  /** An event with all fields. Rejects with NO_EVENT if it does not exist. */
  async event(id: number): Promise<StoredEvent> {
    return (await this.taggedEvent(id)).event;
  }

  /** An event with its ETag (null if the server sends no ETag). Rejects with NO_EVENT if it does not exist. */
  async taggedEvent(id: number): Promise<{ readonly event: StoredEvent; readonly etag: string | null }> {
    let etag: string | null = null;
    const onAnswer = ({ header }: HttpAnswer): void => {
      etag = header('etag');
    };
    const answer = await ofEvent(id, this.#http.json(eventDetailSchema, `/events/${id}`, {}, { onAnswer }));
    const { what, data, tags, when } = answer;
    const time = Date.parse(when);
    if (!Number.isInteger(time)) throw this.#http.foreign(answer);
    const fields = fromGraphiteTags(tags);
    return { event: { id, time, ...fields, description: fromGraphiteText(what, data) }, etag };
  }

  /**
   * Changes fields of an event, and resolves with the edited event. With an ETag, it rejects with the server's code EVENT_CHANGED
   * if the event was changed since.
   */
  edit(id: number, patch: EventPatch, etag: string | null = null): Promise<StoredEvent> {
    const headers = { ...jsonBody, ...(etag !== null && { 'if-match': etag }) };
    const { time } = patch;
    const body = JSON.stringify(time === undefined ? patch : { ...patch, time: jsonTime(time) });
    const init = { method: 'PATCH', body, headers };
    return ofEvent(id, this.#http.json(storedEventSchema, `/events/${id}`, init));
  }

  /** Deletes an event. Rejects with NO_EVENT if it does not exist. */
  async deleteEvent(id: number): Promise<void> {
    await ofEvent(id, this.#http.remove(`/events/${id}`));
  }

  /** Restores a deleted event. */
  restore(id: number): Promise<StoredEvent> {
    return this.#http.json(storedEventSchema, `/events/${id}/restore`, { method: 'POST' });
  }

  /** Purges an event, and resolves with whether its bytes are erased. Purging it again asks the same. */
  async purge(id: number): Promise<boolean> {
    return (await this.#http.json(purgeSchema, `/events/${id}/purge`, { method: 'POST' })).erased;
  }

  /** How long events are kept, and which are too old; with rules, what would be too old by them. */
  retention(rules?: string): Promise<RetentionAnswer> {
    return this.#http.json(retentionSchema, `/retention${toSearch({ rules })}`);
  }

  /** All changes to an event. */
  async history(id: number): Promise<History> {
    const history: History['history'][number][] = [];
    for (let query = ''; ; ) {
      const page = await this.#http.json(historySchema, `/events/${id}/history${query}`);
      history.push(...page.history);
      if (page.next === undefined) return { id: page.id, isDeleted: page.isDeleted, history };
      query = `?after=${page.next}`;
    }
  }

  /** Counts the events that match a filter. */
  async countMatching(query: ListQuery): Promise<number> {
    return (await this.#deleteMatching({ ...query, dry_run: 1 }, this.#http.retry)).count;
  }

  /** Deletes the events that match a filter, if their number is `count`; otherwise rejects with COUNT_DIFFERS. */
  deleteMatching(query: ListQuery, count: number): Promise<BulkDeletion> {
    // Without a retry: a second attempt would find another count.
    return this.#deleteMatching({ ...query, count }, noRetry);
  }

  /** The types with a prefix, sorted by name. */
  async types(prefix: string, limit: number, patience: Patience = {}): Promise<UsagePage> {
    const path = `/types${toSearch({ prefix, limit })}`;
    const { types, truncated } = await this.#http.json(typeListSchema, path, {}, patience);
    return { usages: types.map(({ type: name, ...usage }) => ({ name, ...usage })), truncated };
  }

  /** The tags with a prefix, sorted by name. */
  async tags(prefix: string, limit: number): Promise<UsagePage> {
    const { tags, truncated } = await this.#http.json(tagListSchema, `/tags${toSearch({ prefix, limit })}`);
    return { usages: tags.map(({ tag: name, ...usage }) => ({ name, ...usage })), truncated };
  }

  /** A page of rejected lines, newest first, with ids below `before`. */
  rejects(limit: number, before?: number): Promise<RejectPage> {
    return this.#http.json(rejectPageSchema, `/rejects${toSearch({ limit, before })}`);
  }

  /** Submits a rejected line again, or the corrected text `line`. */
  async resubmit(id: number, line?: string): Promise<Submitted> {
    const corrected = line === undefined ? {} : { body: line, headers: { 'content-type': 'text/plain' } };
    const init = { method: 'POST', ...corrected };
    const answer = await this.#http.json(acceptedSchema, `/rejects/${id}/resubmit`, init);
    return { id: answer.id, isNew: answer.new };
  }

  /** Deletes a rejected line. */
  async deleteReject(id: number): Promise<void> {
    await this.#http.remove(`/rejects/${id}`);
  }

  /** Creates a token with roles (read, write, admin, feed). */
  async createToken(name: string, roles: readonly string[]): Promise<CreatedToken> {
    const body = JSON.stringify({ name, roles });
    // Without a retry: a second attempt would find the name taken.
    const init = { method: 'POST', body, headers: jsonBody };
    const options = { retry: noRetry, isSecret: true };
    const { token, first } = await this.#http.json(madeTokenSchema, '/tokens', init, options);
    return { token, isFirst: first };
  }

  /** The valid tokens. */
  async tokens(): Promise<readonly TokenEntry[]> {
    return (await this.#http.json(tokenListSchema, '/tokens')).tokens;
  }

  /** The hooks, with their last deliveries. */
  async hooks(): Promise<readonly HookItem[]> {
    return (await this.#http.json(hookListSchema, '/hooks')).hooks;
  }

  /** Revokes a token. */
  async revokeToken(name: string): Promise<void> {
    await this.#http.remove(`/tokens/${encodeURIComponent(name)}`);
  }

  #deleteMatching(query: ListQuery, retry: RetryRules): Promise<BulkDeletion> {
    const options = { retry, timeoutMs: bulkTimeoutMs };
    const path = `/events/delete${toSearch(query)}`;
    return this.#http.json(bulkDeletionSchema, path, { method: 'POST' }, options);
  }
}

// Graphite's message for a missing event has neither the id nor an advice, so it is replaced.
async function ofEvent<T>(id: number, answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof ClientError && error.status === 404) throw ClientError.of('NO_EVENT', { value: id });
    throw error;
  }
}
