// Finds what changed before a span and which spans followed a change: reads what that takes, and has it ranked here, so that nobody
// else waits for it.

import type { Span, StoredEvent } from '@anthracite/protocol/core';
import type { Follower, Followers, Suspect, Suspects, ToldChange } from '../formats/told-suspects';
import { deploymentWindowMs } from '../report/deployments';
import { type Change, changeKey, changeOfSpan, changesOf } from '../suspects/change';
import { explainSuspicion } from '../suspects/explanation';
import { type RankedChange, rankFollowers, rankSuspects } from '../suspects/suspects';
import type { TypeHistory } from '../suspects/suspicion';
import type { ChangeReader } from './change-reader';
import type { EventQuery, SpanQuery, SuspectOptions } from './event-store';
import { groupEvents } from './grouping';
import type { Reader } from './reader';
import type { SpanFinder } from './span-finder';
import type { SpanIndex } from './span-index';

// So long before a span earlier changes of a type, and what followed them, count.
const historyMs = 90 * 86_400_000;
/** How long the tags of spans are together that are read for one question. */
const maxTagChars = 8_388_608;
/** How much text an answer has before its list ends. */
const maxToldChars = 1_048_576;

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

  /** The changes that a query asks for, within a window before the span that an event marks; null where it marks none. */
  suspects(id: number, query: EventQuery, { windowMs, limit }: SuspectOptions): Suspects | null {
    const found = this.#index.spanOf(id);
    if (found === null) return null;
    const span = this.#index.whole(found);
    const budget = new TagBudget(this.#index);
    const window: EventQuery = { ...query, fromMs: span.begin - windowMs, untilMs: span.begin };
    const { events, fromMs } = this.#changes.select(window);
    const changes = [
      ...changesOf(events),
      ...[...this.#finder.find(window)].map((one) => changeOfSpan(budget.whole(one))),
    ];
    const types = [...new Set(changes.map(({ type }) => type))];
    const ranked = rankSuspects({
      span,
      changes,
      histories: this.#histories(types, span.begin, budget),
      spans: this.#index.spans(),
      windowMs,
    });
    const suspects: Suspect[] = [];
    let chars = 0;
    let place = 0;
    for (; place < Math.min(limit, ranked.length) && chars <= maxToldChars; place++) {
      const { change, ...suspicion } = ranked[place] as RankedChange;
      const told = this.#tell(change);
      if (told === null) continue;
      suspects.push({ ...told, ...suspicion, explanation: explainSuspicion(change.type, suspicion, span) });
      chars += told.event.tags.reduce((sum, tag) => sum + tag.length, told.event.description.length);
    }
    return {
      span: this.#finder.withTitle(span),
      suspects,
      total: ranked.length,
      fromMs,
      windowMs,
      isCut: ranked.length > place || fromMs > window.fromMs,
    };
  }

  /** The spans that a query asks for, within a window after the change that an event is of; null where there is no such event. */
  followers(id: number, query: SpanQuery, { windowMs, limit }: SuspectOptions): Followers | null {
    const event = this.#reader.event(id);
    if (event === null) return null;
    const span = this.#index.spanOf(id);
    const budget = new TagBudget(this.#index);
    const change = span === null ? this.#changeOf(event) : changeOfSpan(budget.whole(span));
    const told = this.#tell(change);
    if (told === null) return null;
    const window: SpanQuery = { ...query, fromMs: change.begin, untilMs: change.end + windowMs };
    const isNamed = query.types?.some((pattern) => !pattern.startsWith('!')) ?? false;
    const ranked = rankFollowers({
      change,
      history: this.#histories([change.type], window.untilMs, budget).get(change.type) as TypeHistory,
      candidates: [...this.#finder.find(window)]
        .filter(({ scale }) => isNamed || scale !== 'other')
        .map((one) => budget.whole(one)),
      spans: this.#index.spans(),
      windowMs,
    });
    const followers: Follower[] = [];
    let chars = 0;
    for (const follower of ranked.slice(0, limit)) {
      if (chars > maxToldChars) break;
      followers.push({
        ...follower,
        span: this.#finder.withTitle(follower.span),
        explanation: explainSuspicion(change.type, follower, follower.span),
      });
      chars += this.#index.charsOf(follower.span);
    }
    return {
      ...told,
      followers,
      total: ranked.length,
      windowMs,
      isCut: ranked.length > followers.length,
    };
  }

  // All changes of some types until an instant, by type, those that last too.
  #histories(types: readonly string[], untilMs: number, budget: TagBudget): Map<string, TypeHistory> {
    const first = Math.min(this.#changes.firstTime() ?? untilMs, untilMs);
    const read = this.#changes.ofTypes(types, Math.max(first, untilMs - historyMs), untilMs);
    const lasting = new Map<string, Change[]>(types.map((type) => [type, []]));
    for (const span of this.#index.spans()) {
      if (span.begin <= untilMs) lasting.get(span.type)?.push(changeOfSpan(budget.whole(span)));
    }
    return new Map(
      Array.from(read, ([type, { events, fromMs }]): [string, TypeHistory] => {
        const spans = (lasting.get(type) ?? []).filter((change) => change.begin >= fromMs);
        return [type, { changes: [...changesOf(events), ...spans], fromMs }];
      }),
    );
  }

  // The change that an event belongs to: it has no event that is further away than a day.
  #changeOf(event: StoredEvent): Change {
    const dayMs = 86_400_000;
    const { events } = this.#changes.select({
      fromMs: event.time - dayMs,
      untilMs: event.time + dayMs,
      types: /^!|\*/.test(event.type) ? [] : [event.type],
      order: 'ascending',
    });
    const own = changesOf(events.filter(({ type }) => type === event.type)).find((change) =>
      change.events.some(({ id }) => id === event.id),
    );
    return own ?? (changesOf([event])[0] as Change);
  }

  // Null where it was deleted just now.
  #tell(change: Change): ToldChange | null {
    const [id = 0, ...others] = change.span === null ? change.events.map((one) => one.id) : [change.span];
    const first = this.#reader.event(id);
    if (first === null) return null;
    const rest = change.events.slice(1).map((one): StoredEvent => ({ ...one, description: '' }));
    const grouping = { key: changeKey, windowMs: deploymentWindowMs };
    const grouped =
      others.length === 0
        ? first
        : groupEvents([], [first, ...rest], grouping, { limit: 1, isLate: () => false }).entries[0];
    return {
      type: change.type,
      event: grouped ?? first,
      spanId: change.span,
      first: change.begin,
      last: change.end,
    };
  }
}

/** Reads tags that are left in the database, up to a bound: spans beyond it are compared without theirs. */
class TagBudget {
  readonly #index: SpanIndex;
  #left = maxTagChars;

  constructor(index: SpanIndex) {
    this.#index = index;
  }

  whole(span: Span): Span {
    if (this.#left <= 0 || !this.#index.isLean(span)) return span;
    this.#left -= this.#index.charsOf(span);
    return this.#index.whole(span);
  }
}
