// Follows the server's stream of events, and comes back to it where it was cut off. Knows no table.

import type { GroupedEvent } from '@anthracite/protocol/browser';

/** Whether what happens is heard of. */
export type StreamState = 'live' | 'away';

/** Who hears of what comes. */
export interface StreamListener {
  onEvent(event: GroupedEvent): void;
  /** An event with this id was edited, deleted or restored. */
  onChange(id: number): void;
  /** The server's events are not those that were heard of: a backup was restored. */
  onReset(): void;
  onState(state: StreamState): void;
}

const firstPauseMs = 2_000;
const longestPauseMs = 30_000;

export class EventStream {
  readonly #address: URL;
  readonly #listener: StreamListener;
  #source: EventSource | null = null;
  #pauseMs = firstPauseMs;
  #timer = 0;

  constructor(address: string, listener: StreamListener) {
    this.#address = new URL(address, location.href);
    this.#listener = listener;
    // Browsers open few connections to one server: tabs that nobody looks at leave theirs to others.
    document.addEventListener('visibilitychange', () => (document.hidden ? this.#close() : this.open()));
  }

  /** Begins, or goes on behind the last message; a page that nobody sees waits until somebody does. */
  open(): void {
    if (this.#source !== null || document.hidden) return;
    clearTimeout(this.#timer);
    const source = new EventSource(this.#address);
    this.#source = source;
    source.addEventListener('open', () => {
      this.#pauseMs = firstPauseMs;
      this.#listener.onState('live');
    });
    source.addEventListener('error', () => {
      this.#listener.onState('away');
      if (source.readyState === EventSource.CLOSED) this.#comeBack();
    });
    source.addEventListener('event', (message) => {
      this.#remember(message);
      this.#listener.onEvent(JSON.parse(message.data) as GroupedEvent);
    });
    source.addEventListener('change', (message) => {
      this.#remember(message);
      this.#listener.onChange((JSON.parse(message.data) as { readonly id: number }).id);
    });
    source.addEventListener('reset', (message) => {
      this.#remember(message);
      this.#listener.onReset();
    });
  }

  #remember({ lastEventId }: MessageEvent): void {
    this.#address.searchParams.set('last_event_id', lastEventId);
  }

  #close(): void {
    clearTimeout(this.#timer);
    this.#source?.close();
    this.#source = null;
  }

  // A browser does so by itself when the connection breaks, but not when it is refused.
  #comeBack(): void {
    this.#close();
    this.#timer = window.setTimeout(() => this.open(), this.#pauseMs);
    this.#pauseMs = Math.min(2 * this.#pauseMs, longestPauseMs);
  }
}
