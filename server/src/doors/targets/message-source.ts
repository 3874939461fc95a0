// Reads the messages for a target from the store, in order, after its position. Holds a limited number of messages.

import type { Answers } from '../../answers/answers';
import { createQueryTest } from '../../query/query-test';
import type { TargetProgress } from '../../storage/target-store';
import { changeMessage, goneMessage, type Message, spanMessage, storedMessage } from '../../targets/message';
import type { Target } from '../../targets/target';
import { eventsFor, spansFor } from '../../targets/target-query';

type Places = Pick<TargetProgress, 'position' | 'spanPosition'>;

/** Messages, each with the places after it. */
export interface MessagePart {
  readonly messages: readonly { readonly message: Message; readonly places: Places }[];
  /** The places after all of them, and after everything that the target does not select. */
  readonly places: Places;
  /** False when more is available now. */
  readonly isAll: boolean;
}

/** The queries that a source needs. */
export type NewsStore = Pick<Answers, 'news' | 'spanNews'>;

// The rest is read again when these are sent.
const maxChars = 1_048_576;

export class MessageSource {
  readonly #target: Target;
  readonly #store: NewsStore;
  readonly #clock: () => number;

  constructor(target: Target, store: NewsStore, clock: () => number) {
    this.#target = target;
    this.#store = store;
    this.#clock = clock;
  }

  /** The next messages. */
  async after(places: Places): Promise<MessagePart> {
    const events = await this.#eventsAfter(places);
    if (!events.isAll || !this.#target.spans) return events;
    const spans = await this.#spansAfter(events.places);
    return { ...spans, messages: [...events.messages, ...spans.messages] };
  }

  async #eventsAfter({ position: from, spanPosition }: Places): Promise<MessagePart> {
    const query = eventsFor(this.#target);
    const { events, changes, position, isAll } = await this.#store.news(query, from);
    const messages: { message: Message; places: Places }[] = [];
    let chars = 0;
    const add = (message: Message, at: Places['position'], size: number): boolean => {
      messages.push({ message, places: { position: at, spanPosition } });
      chars += size;
      return chars <= maxChars;
    };
    const cut = (): MessagePart => ({
      messages,
      places: messages.at(-1)?.places ?? { position: from, spanPosition },
      isAll: false,
    });
    for (const { event, position: at } of events) {
      if (!add(storedMessage(event), at, event.description.length)) return cut();
    }
    if (this.#target.changes) {
      const matches = createQueryTest(query);
      for (const { change, position: at } of changes) {
        const { before, after } = change;
        const message = changeMessage(change);
        if (message === null || !((before && matches(before)) || (after && matches(after)))) continue;
        const size = (before?.description.length ?? 0) + (after?.description.length ?? 0);
        if (!add(message, at, size)) return cut();
      }
    }
    return { messages, places: { position, spanPosition }, isAll };
  }

  // All spans of an answer have one position, so that a part of it is sent again after a crash.
  async #spansAfter({ position, spanPosition: from }: Places): Promise<MessagePart> {
    const { spans, gone, position: upto, isAll } = await this.#store.spanNews(spansFor(this.#target), from);
    const all: readonly Message[] = [
      ...(this.#target.shape === 'grafana' ? gone.map((id) => goneMessage(id, this.#clock())) : []),
      ...spans.map(spanMessage),
    ];
    const before = { position, spanPosition: from };
    const after = { position, spanPosition: upto };
    return {
      messages: all.map((message, place) => ({
        message,
        places: place === all.length - 1 ? after : before,
      })),
      places: after,
      isAll,
    };
  }
}
