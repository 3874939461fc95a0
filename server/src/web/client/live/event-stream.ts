// Follows the server's live stream, and reconnects at the last position. Independent of the table.

import type { GroupedEvent, StreamedChange } from '@anthracite/protocol/browser';

/** Whether the stream is connected. */
export type StreamState = 'live' | 'away';

/** The receiver of the messages of a stream. */
export interface StreamListener {
  onEvent(event: GroupedEvent): void;
  /** An event with this id was edited, deleted or restored. */
  onChange(id: number): void;
  /** The server's events were replaced: a backup was restored. */
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
    // Browsers limit connections per server, so hidden tabs close their stream.
    document.addEventListener('visibilitychange', () => (document.hidden ? this.#close() : this.open()));
  }

  /** Connects, or continues after the last message. A hidden page waits until it is visible. */
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
      this.#listener.onChange((JSON.parse(message.data) as StreamedChange).id);
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

  // Browsers reconnect automatically after a broken connection, but not after an error response.
  #comeBack(): void {
    this.#close();
    this.#timer = window.setTimeout(() => this.open(), this.#pauseMs);
    this.#pauseMs = Math.min(2 * this.#pauseMs, longestPauseMs);
  }
}
