// Shows on a terminal's standard error how far a transfer is. Shows nothing anywhere else.

import type { Environment } from './environment';

const everyMs = 200;

/** One line that is written over and over. */
export class Progress {
  readonly #environment: Environment;
  #shownAt = Number.NEGATIVE_INFINITY;
  #width = 0;

  constructor(environment: Environment) {
    this.#environment = environment;
  }

  /** Shows a text in place of the last one, a few times a second at most. The text must be harmless. */
  show(text: string): void {
    const { stderr, now } = this.#environment;
    if (!stderr.isTTY || now() - this.#shownAt < everyMs) return;
    this.#shownAt = now();
    stderr.write(`\r${text.padEnd(this.#width)}`);
    this.#width = text.length;
  }

  /** Takes the line away, for what is said next. */
  clear(): void {
    if (this.#width === 0) return;
    this.#environment.stderr.write(`\r${' '.repeat(this.#width)}\r`);
    this.#width = 0;
  }
}

/** A count for people: `1 234 567`. */
export function formatCount(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, ' ');
}
