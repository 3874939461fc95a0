// Decides when new events are shown: at once at the top of the table; on request for users who have scrolled down.

import type { GroupedEvent } from '@anthracite/protocol/browser';
import type { LiveTable } from './live-table';

const gatherMs = 100;
const restMs = 700;
const retryMs = 5_000;
/** With more new events than this, the whole table is reloaded. */
const maxDrawn = 100;
const maxRows = 1_000;
const topPixels = 60;

export class NewEvents {
  readonly #table: LiveTable;
  readonly #bar: HTMLButtonElement;
  #waiting = new Map<number, GroupedEvent>();
  readonly #changed = new Set<number>();
  readonly #title = document.title;
  #timer = 0;
  #isRenewing = false;
  #mustRenew = false;

  /** `bar` is the button with the number of new events, which shows them. */
  constructor(table: LiveTable, bar: HTMLButtonElement) {
    this.#table = table;
    this.#bar = bar;
    bar.addEventListener('click', () => this.show());
    document.addEventListener('scroll', () => isAtTop() && this.#waiting.size > 0 && this.#later(), {
      passive: true,
    });
  }

  /** Adds a new event. */
  add(event: GroupedEvent): void {
    this.#waiting.set(event.id, event);
    this.#later();
  }

  /** Handles a changed event: only the server knows its new position. */
  change(id: number): void {
    this.#changed.add(id);
    this.renew();
  }

  /** Reloads the whole table. */
  renew(): void {
    this.#mustRenew = true;
    this.#later();
  }

  /** Scrolls to the top and shows all new events. */
  show(): void {
    window.scrollTo({ top: 0 });
    this.#draw();
  }

  #later(): void {
    if (this.#timer === 0) this.#timer = window.setTimeout(() => this.#look(), gatherMs);
  }

  #look(): void {
    this.#timer = 0;
    if (isAtTop()) this.#draw();
    else {
      for (const [id, event] of this.#waiting) {
        if (this.#table.has(id) && this.#table.put(event)) this.#waiting.delete(id);
      }
      if (this.#mustRenew) void this.#renew();
      this.#tell();
    }
  }

  #draw(): void {
    const events = [...this.#waiting.values()];
    const isMany = events.length > maxDrawn || this.#table.rowCount > maxRows;
    if (events.length > 0 && (isMany || !events.every((event) => this.#table.put(event)))) {
      for (const { id } of events) this.#changed.add(id);
      this.#mustRenew = true;
    }
    this.#waiting.clear();
    if (this.#mustRenew) void this.#renew();
    this.#tell();
  }

  #tell(): void {
    const count = this.#waiting.size;
    this.#bar.hidden = count === 0;
    this.#bar.textContent = `${count} new event${count === 1 ? '' : 's'}`;
    document.title = `${count === 0 ? '' : `(${count}) `}${this.#title}`;
  }

  // One reload at a time, with pauses long enough to read.
  async #renew(): Promise<void> {
    if (this.#isRenewing) return;
    this.#isRenewing = true;
    try {
      while (this.#mustRenew) {
        this.#mustRenew = false;
        const changed = new Set(this.#changed);
        this.#changed.clear();
        // The response includes the waiting events.
        if (isAtTop()) this.#waiting.clear();
        await this.#table.renew(changed);
        await new Promise((resolve) => setTimeout(resolve, restMs));
      }
    } catch {
      // The server is unreachable or busy.
      this.#mustRenew = true;
      setTimeout(() => this.#later(), retryMs);
    } finally {
      this.#isRenewing = false;
    }
  }
}

function isAtTop(): boolean {
  return window.scrollY < topPixels;
}
