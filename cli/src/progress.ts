// Shows the progress of a transfer on standard error, if it is a terminal.

import type { Environment } from './environment';

const everyMs = 200;

/** A progress line, overwritten in place. */
export class Progress {
  readonly #environment: Environment;
  #shownAt = Number.NEGATIVE_INFINITY;
  #width = 0;

  constructor(environment: Environment) {
    this.#environment = environment;
  }

  /** Replaces the line, at most five times a second. The text must not contain control characters. */
  show(text: string): void {
    const { stderr, now } = this.#environment;
    if (!stderr.isTTY || now() - this.#shownAt < everyMs) return;
    this.#shownAt = now();
    stderr.write(`\r${text.padEnd(this.#width)}`);
    this.#width = text.length;
  }

  /** Clears the line before other output. */
  clear(): void {
    if (this.#width === 0) return;
    this.#environment.stderr.write(`\r${' '.repeat(this.#width)}\r`);
    this.#width = 0;
  }
}

/** A count with grouped digits: `1 234 567`. */
export function formatCount(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, ' ');
}

/** A count with its noun: `1 event`, `1 234 events`. */
export function describeEvents(count: number): string {
  return `${formatCount(count)} ${count === 1 ? 'event' : 'events'}`;
}
