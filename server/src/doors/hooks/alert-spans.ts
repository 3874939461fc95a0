// Decides what a message about alerts does to their spans. One span at most is open per alert: a later start ends it, an earlier
// one moves its start, the latest end counts. No store and no clock.

import { checkEvent, keyTagFor, titleOf } from '@anthracite/protocol/core';
import type { HookAlert, HookAlerts, HookEvent } from '../../hooks/hook';

/** Whether a mark was ever stored: a deleted one must be restored instead of being stored again. */
type MarkState = 'never' | 'stored' | 'unknown';

/** A span of an alert. Times in milliseconds since the epoch. */
export interface AlertSpan {
  readonly key: string;
  readonly stem: string;
  readonly tags: readonly string[];
  readonly title: string;
  /** All starts of its messages, in seconds. */
  readonly starts: ReadonlySet<number>;
  readonly start: number;
  /** Null while it is open. */
  readonly end: number | null;
  /** True if nobody told its end. */
  readonly isGuessed: boolean;
  readonly told: MarkState;
  readonly guess: MarkState;
  /** When a message last said that it fires. */
  readonly heard: number;
  readonly group: string;
}

/** A mark to move; `otherwise` is stored if the mark does not exist. */
export interface MarkMove {
  readonly key: string;
  readonly time: number | null;
  readonly otherwise: HookEvent | null;
}

/** What a message does: marks to store and to move, and the spans afterwards. */
export interface AlertPlan {
  readonly events: readonly HookEvent[];
  readonly moves: readonly MarkMove[];
  readonly spans: ReadonlyMap<string, readonly AlertSpan[]>;
  /** Alerts that told nothing new. */
  readonly duplicate: number;
}

/** The spans that are remembered, by the id of their alert, in order of their start. */
export type AlertStates = ReadonlyMap<string, readonly AlertSpan[]>;

// Flaps of an alert that are remembered.
const maxSpansOfAlert = 20;

export class AlertPlanner {
  readonly #prefix: string;
  readonly #now: number;
  readonly #states: AlertStates;
  readonly #spans = new Map<string, readonly AlertSpan[]>();
  readonly #events: HookEvent[] = [];
  readonly #moves: MarkMove[] = [];
  #duplicate = 0;

  /** `prefix` distinguishes the span keys of hooks. */
  constructor(states: AlertStates, prefix: string, now: number) {
    this.#states = states;
    this.#prefix = prefix;
    this.#now = now;
  }

  get plan(): AlertPlan {
    return { events: this.#events, moves: this.#moves, spans: this.#spans, duplicate: this.#duplicate };
  }

  /** Adds a message. */
  message({ alerts, group, isWhole, isFolded, isState }: HookAlerts): void {
    for (const alert of alerts) {
      if (isState) this.#state(alert, group);
      else this.#alert(alert, group, isFolded);
    }
    if (!isWhole || isFolded) return;
    const listed = new Set(alerts.map(({ id }) => id));
    for (const [id, spans] of this.#states) {
      const last = spans.at(-1);
      if (last?.end === null && last.group === group && !listed.has(id))
        this.#end(id, last, this.#now, 'stale');
    }
  }

  /** Ends open spans that no message has been about since an instant. */
  endUnheard(since: number): void {
    for (const [id, spans] of this.#states) {
      const last = spans.at(-1);
      if (last?.end === null && last.heard < since)
        this.#end(id, last, Math.max(last.start, last.heard), 'stale');
    }
  }

  #alert(alert: HookAlert, group: string, isFolded: boolean): void {
    if (alert.isFiring) this.#fires(alert, group, isFolded);
    else this.#endTold(alert, this.#ended(alert, group, isFolded), alert.end ?? alert.start);
  }

  // A state belongs to the open span. One that is older than the last start or end is late, and changes nothing.
  #state(alert: HookAlert, group: string): void {
    const { id, isFiring, start } = alert;
    const last = this.#of(id).at(-1);
    const isOpen = last !== undefined && (last.end === null || last.isGuessed);
    const isSame = last?.starts.has(secondOf(start)) === true;
    if (last !== undefined && isFiring && (isOpen || (isSame && start > (last.end ?? start)))) {
      this.#reopen(id, last, group);
    } else if (isFiring && start > (last?.end ?? 0)) this.#begin(alert, group);
    else if (!isFiring && isOpen && start > last.start) this.#endTold(alert, last, start);
    else this.#duplicate++;
  }

  #fires(alert: HookAlert, group: string, isFolded: boolean): void {
    const { id, start } = alert;
    const spans = this.#of(id);
    const last = spans.at(-1);
    const hit = spans.find(({ starts }) => starts.has(secondOf(start)));
    const isOpen = last !== undefined && last.end === null;
    const isAnew = last === undefined || (start > (last.end ?? last.start) && !(isOpen && isFolded));
    if (hit !== undefined && hit !== last) this.#duplicate++;
    else if (hit !== undefined) this.#reopen(id, hit, group);
    else if (!isAnew) this.#reopen(id, this.#join(id, last, start), group);
    else {
      if (isOpen) this.#end(id, last, start, 'assumed');
      this.#begin(alert, group);
    }
  }

  // The span that an alert has ended; it is stored first if nobody told its start.
  #ended(alert: HookAlert, group: string, isFolded: boolean): AlertSpan {
    const { id, start } = alert;
    const end = alert.end ?? start;
    const spans = this.#of(id);
    const hit = spans.find(({ starts }) => starts.has(secondOf(start)));
    if (hit !== undefined) return hit;
    const open = spans.find((span) => span.end === null);
    if (open !== undefined && start > open.start && !isFolded) this.#end(id, open, start, 'assumed');
    else {
      const near = spans.find((span) => span.start <= end && (span.end ?? end) >= start);
      if (near !== undefined) return this.#join(id, near, start);
    }
    return this.#begin(alert, group);
  }

  #of(id: string): readonly AlertSpan[] {
    return this.#spans.get(id) ?? this.#states.get(id) ?? [];
  }

  #put(id: string, old: AlertSpan | null, span: AlertSpan): AlertSpan {
    const others = this.#of(id).filter((one) => one !== old);
    const all = [...others, span].sort((one, other) => one.start - other.start);
    this.#spans.set(id, all.slice(-maxSpansOfAlert));
    return span;
  }

  #begin({ id, start, stem, tags, firing }: HookAlert, group: string): AlertSpan {
    const span: AlertSpan = {
      key: `${this.#prefix}${id}-${secondOf(start).toString(36)}`,
      ...{ stem, tags, title: titleOf(firing), starts: new Set([secondOf(start)]), start },
      ...{ end: null, isGuessed: false, told: 'never', guess: 'never', heard: this.#now, group },
    };
    this.#events.push(markOf(span, 'start', start, firing));
    return this.#put(id, null, span);
  }

  // The start belongs to the span under another name; an earlier one moves its start.
  #join(id: string, span: AlertSpan, start: number): AlertSpan {
    if (start < span.start) this.#moves.push({ key: `${span.key}:start`, time: start, otherwise: null });
    const starts = new Set([...span.starts, secondOf(start)]);
    return this.#put(id, span, { ...span, starts, start: Math.min(start, span.start) });
  }

  #reopen(id: string, span: AlertSpan, group: string): void {
    if (span.end === null) this.#duplicate++;
    else
      this.#moves.push({
        key: `${span.key}:${span.isGuessed ? 'guess' : 'end'}`,
        time: null,
        otherwise: null,
      });
    this.#put(id, span, { ...span, end: null, isGuessed: false, heard: this.#now, group });
  }

  #endTold({ id, resolved }: HookAlert, span: AlertSpan, end: number): void {
    if (span.end !== null && !span.isGuessed && end <= span.end) {
      this.#duplicate++;
      return;
    }
    if (span.isGuessed) this.#moves.push({ key: `${span.key}:guess`, time: null, otherwise: null });
    const mark = markOf(span, 'end', Math.max(end, span.start), resolved);
    this.#store(mark, span.told);
    this.#put(id, span, { ...span, end: mark.event.time, isGuessed: false, told: 'stored' });
  }

  #end(id: string, span: AlertSpan, end: number, why: 'assumed' | 'stale'): void {
    const said =
      why === 'assumed' ? 'it fires again, so it had ended before' : 'no message reports it any more';
    const mark = markOf(
      span,
      'guess',
      Math.max(end, span.start),
      `${span.title}\nIts end was not reported: ${said}`,
      why,
    );
    this.#store(mark, span.guess);
    this.#put(id, span, { ...span, end: mark.event.time, isGuessed: true, guess: 'stored' });
  }

  #store(mark: HookEvent & { readonly key: string }, state: MarkState): void {
    if (state === 'never') this.#events.push(mark);
    else this.#moves.push({ key: mark.key, time: mark.event.time, otherwise: mark });
  }
}

const secondOf = (time: number): number => Math.floor(time / 1_000);

function markOf(
  { key, stem, tags }: AlertSpan,
  name: 'start' | 'end' | 'guess',
  time: number,
  description: string,
  why?: string,
): HookEvent & { readonly key: string } {
  const keyed = [keyTagFor(stem, key), ...(why === undefined ? [] : [`end=${why}`]), ...tags];
  const type = `${stem}_${name === 'start' ? 'start' : 'end'}`;
  const checked = checkEvent({ time, type, tags: keyed, description });
  // Types, tags and texts come from functions that keep the limits.
  if (!checked.ok) throw new Error(checked.problem.message);
  return { event: checked.value, key: `${key}:${name}` };
}
