// Finds the changes before a span, and the spans that followed a change. Reads the data and ranks it in the reader
// thread, so that no other request waits for it.

import type { Span, StoredEvent } from '@anthracite/protocol/core';
import { isPlainName, partPatterns } from '@anthracite/protocol/core';
import type { Followers, Suspect, Suspects, ToldChange } from '../formats/told-suspects';
import { charsOfEvent } from '../query/event-chars';
import type { EventQuery, SpanQuery, SuspectOptions } from '../query/event-query';
import { groupEvents } from '../query/grouping';
import { endAfter } from '../query/range-end';
import { deploymentWindowMs } from '../report/deployments';
import { type Change, changeKey, changeOfSpan, changesOf } from '../suspects/change';
import { explainSuspicion } from '../suspects/explanation';
import type { PastSpan } from '../suspects/past';
import { type RankedChange, type RankedSpan, rankFollowers, rankSuspects } from '../suspects/suspects';
import type { TypeHistory } from '../suspects/suspicion';
import type { ChangeReader } from './change-reader';
import type { Reader } from './reader';
import type { SpanFinder } from './span-finder';
import type { SpanIndex } from './span-index';

// Period before a span in which earlier changes of a type, and the spans that followed them, count.
const historyMs = 90 * 86_400_000;
/** Maximum number of spans of the compared types that are read. */
const maxLasting = 50_000;
/** Maximum characters of the tags of spans read for one query. */
const maxTagChars = 8_388_608;
/** Characters of text after which the list of an answer ends. */
const maxToldChars = 1_048_576;
/** Number of changes of an answer that are read at once. */
const toldAtOnce = 20;

export class SuspectFinder {
  readonly #reader: Reader;
  readonly #changes: ChangeReader;
  readonly #finder: SpanFinder;
  readonly #index: SpanIndex;

  constructor(reader: Reader, changes: ChangeReader, finder: SpanFinder, index: SpanIndex) {
    this.#reader = reader;
    this.#changes = changes;
    this.#finder = finder;
    this.#index = index;
  }

  /** The changes that match a query, within a window before the span of a mark; null when the event is not a mark. */
  async suspects(
    id: number,
    query: EventQuery,
    { windowMs, limit }: SuspectOptions,
  ): Promise<Suspects | null> {
    const found = await this.#index.spanOf(id);
    if (found === null) return null;
    const [span = found] = await this.#index.whole([found]);
    const budget = new TagBudget(this.#index);
    const window: EventQuery = { ...query, fromMs: span.begin - windowMs, untilMs: endAfter(span.begin) };
    const { events, fromMs } = await this.#changes.select(window);
    const changes = [...changesOf(events), ...(await this.#findWhole(window, budget)).map(changeOfSpan)];
    const types = [...new Set(changes.map(({ type }) => type))];
    const input = {
      span,
      changes,
      histories: await this.#histories(types, span.begin, budget),
      past: await this.#index.past(span, span.begin),
      windowMs,
    };
    const { ranked, total } = rankSuspects(input, limit);
    const { suspects, place } = await this.#tellSuspects(ranked, span);
    return {
      span: await this.#finder.withTitle(span),
      suspects,
      total,
      fromMs,
      windowMs,
      isCut: total > place || fromMs > window.fromMs,
    };
  }

  /** The spans that match a query, within a window after an event's change; null when the event does not exist. */
  async followers(
    id: number,
    query: SpanQuery,
    { windowMs, limit }: SuspectOptions,
  ): Promise<Followers | null> {
    const event = await this.#reader.event(id);
    if (event === null) return null;
    const span = await this.#index.spanOf(id);
    const budget = new TagBudget(this.#index);
    const change =
      span === null ? await this.#changeOf(event) : changeOfSpan((await budget.whole([span]))[0] ?? span);
    const told = tellChange(change, await this.#reader.event(firstIdOf(change)));
    if (told === null) return null;
    const isNamed = partPatterns(query.types ?? []).wanted.length > 0;
    const isScaled = (query.scales?.length ?? 0) > 0;
    const lastMs = change.end + windowMs;
    const window: SpanQuery = {
      ...query,
      fromMs: change.begin,
      untilMs: endAfter(lastMs),
      ...(!isNamed && !isScaled && { scales: ['incident', 'gain'] }),
    };
    const candidates = await this.#findWhole(window, budget);
    const history = (await this.#histories([change.type], lastMs, budget)).get(change.type);
    const past = await this.#pastOf(candidates, change.begin);
    const ranked = rankFollowers({
      change,
      history: history as TypeHistory,
      candidates,
      past,
      windowMs,
    });
    const shown = this.#firstOf(ranked.slice(0, limit));
    const titled = await this.#finder.withTitles(shown.map((follower) => follower.span));
    const followers = shown.map((follower, place) => ({
      ...follower,
      span: titled[place] ?? { ...follower.span, title: '' },
      explanation: explainSuspicion(change.type, follower, follower.span, 'after'),
    }));
    return { ...told, followers, total: ranked.length, windowMs, isCut: ranked.length > followers.length };
  }

  // Lists as many as fit into an answer, and how many were considered.
  async #tellSuspects(
    ranked: readonly RankedChange[],
    span: Span,
  ): Promise<{ readonly suspects: readonly Suspect[]; readonly place: number }> {
    const suspects: Suspect[] = [];
    let chars = 0;
    for (let from = 0; from < ranked.length; from += toldAtOnce) {
      const some = ranked.slice(from, from + toldAtOnce);
      const events = await this.#reader.eventsOf(some.map(({ change }) => firstIdOf(change)));
      const byId = new Map(events.map((event) => [event.id, event]));
      for (const [place, { change, ...suspicion }] of some.entries()) {
        if (chars > maxToldChars) return { suspects, place: from + place };
        const told = tellChange(change, byId.get(firstIdOf(change)) ?? null);
        if (told === null) continue;
        const explanation = explainSuspicion(change.type, suspicion, span, 'before');
        suspects.push({ ...told, ...suspicion, explanation });
        chars += charsOfEvent(told.event);
      }
    }
    return { suspects, place: ranked.length };
  }

  #firstOf(ranked: readonly RankedSpan[]): readonly RankedSpan[] {
    let chars = 0;
    return ranked.filter(({ span }) => {
      const hasRoom = chars <= maxToldChars;
      chars += this.#index.charsOf(span);
      return hasRoom;
    });
  }

  async #findWhole(query: SpanQuery, budget: TagBudget): Promise<readonly Span[]> {
    const spans: Span[] = [];
    for await (const block of this.#finder.find(query)) spans.push(...(await budget.whole(block)));
    return spans;
  }

  // All changes of some types up to and including an instant, by type, including changes that last.
  async #histories(
    types: readonly string[],
    lastMs: number,
    budget: TagBudget,
  ): Promise<Map<string, TypeHistory>> {
    const first = Math.min((await this.#reader.firstTime()) ?? lastMs, lastMs);
    const sinceMs = Math.max(first, lastMs - historyMs);
    const untilMs = endAfter(lastMs);
    const read = await this.#changes.ofTypes(types, sinceMs, untilMs);
    const lasting = new Map<string, Change[]>(types.map((type) => [type, []]));
    const lastSpans = await this.#index.lastOfTypes(types, sinceMs, untilMs, maxLasting);
    for (const span of await budget.whole(lastSpans)) lasting.get(span.type)?.push(changeOfSpan(span));
    // Nothing is known of the time before the first of the spans read.
    const knownFromMs = lastSpans.length < maxLasting ? sinceMs : (lastSpans.at(-1)?.begin ?? sinceMs);
    return new Map(
      Array.from(read, ([type, { events, fromMs: eventsFromMs }]): [string, TypeHistory] => {
        const fromMs = Math.max(eventsFromMs, knownFromMs);
        const spans = (lasting.get(type) ?? []).filter((change) => change.begin >= fromMs);
        return [type, { changes: [...changesOf(events), ...spans], fromMs }];
      }),
    );
  }

  async #pastOf(spans: readonly Span[], beforeMs: number): Promise<PastSpan[]> {
    const kinds = new Map(spans.map((span) => [span.scale === 'other' ? span.type : span.scale, span]));
    const past: PastSpan[] = [];
    for (const span of kinds.values()) past.push(...(await this.#index.past(span, beforeMs)));
    return past;
  }

  // The change of an event. No event of a change is more than a day away from it.
  async #changeOf(event: StoredEvent): Promise<Change> {
    const dayMs = 86_400_000;
    const { events } = await this.#changes.select({
      fromMs: event.time - dayMs,
      untilMs: endAfter(event.time + dayMs),
      types: isPlainName(event.type) ? [event.type] : [],
      order: 'ascending',
    });
    const own = changesOf(events.filter(({ type }) => type === event.type)).find((change) =>
      change.events.some(({ id }) => id === event.id),
    );
    return own ?? (changesOf([event])[0] as Change);
  }
}

function firstIdOf({ span, events }: Change): number {
  return span ?? events[0]?.id ?? 0;
}

// Null when its first event was deleted in the meantime.
function tellChange(change: Change, first: StoredEvent | null): ToldChange | null {
  if (first === null) return null;
  const others = change.span === null ? change.events.slice(1) : [];
  const rest = others.map((one): StoredEvent => ({ ...one, description: '' }));
  const grouping = { key: changeKey, windowMs: deploymentWindowMs };
  const [grouped] = rest.length === 0 ? [] : groupEvents([first, ...rest], grouping);
  return {
    type: change.type,
    event: grouped ?? first,
    spanId: change.span,
    first: change.begin,
    last: change.end,
  };
}

/** Reads tags from the database up to a limit: spans beyond it are compared without their tags. */
class TagBudget {
  readonly #index: SpanIndex;
  #left = maxTagChars;

  constructor(index: SpanIndex) {
    this.#index = index;
  }

  async whole(spans: readonly Span[]): Promise<readonly Span[]> {
    const wanted = new Set<Span>();
    for (const span of spans) {
      if (this.#left <= 0) break;
      if (!this.#index.isLean(span)) continue;
      this.#left -= this.#index.charsOf(span);
      wanted.add(span);
    }
    const read = await this.#index.whole([...wanted]);
    const whole = new Map([...wanted].map((span, place) => [span, read[place] ?? span]));
    return spans.map((span) => whole.get(span) ?? span);
  }
}
