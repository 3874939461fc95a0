// Keeps floods of equal warnings out of the log: the first is written at once, then once a minute the latest
// repetition, with their number. Independent of events.

import type { Logger } from 'pino';

const everyMs = 60_000;
const warnLevel = 40;
// With more different messages, those with equal text count as equal.
const maxKinds = 500;

type LogMethod = (this: Logger, ...args: unknown[]) => void;

interface Repeated {
  count: number;
  write: (count: number) => void;
}

export class RepeatedMessages {
  readonly #kinds = new Map<string, Repeated>();
  #timer: NodeJS.Timeout | undefined;

  /** For pino: passes a message on, or counts it. */
  readonly hook = (function makeHook(messages: RepeatedMessages) {
    return function hook(this: Logger, args: unknown[], method: unknown, level: number): void {
      messages.#take(this, args, method as LogMethod, level);
    } as never;
  })(this);

  /** Writes the counted repetitions. */
  close(): void {
    clearTimeout(this.#timer);
    this.#writeAll();
  }

  #take(logger: Logger, args: unknown[], method: LogMethod, level: number): void {
    if (level < warnLevel) {
      method.apply(logger, args);
      return;
    }
    const kind = this.#kindOf(args);
    const known = this.#kinds.get(kind);
    if (known === undefined) {
      this.#kinds.set(kind, { count: 0, write: () => {} });
      this.#timer ??= setTimeout(() => this.#writeAll(), everyMs).unref();
      method.apply(logger, args);
      return;
    }
    known.count++;
    known.write = (repeated) => {
      const [facts, ...rest] = args;
      if (typeof facts === 'object') method.apply(logger, [{ ...facts, repeated }, ...rest]);
      else method.apply(logger, [{ repeated }, ...args]);
    };
  }

  #writeAll(): void {
    this.#timer = undefined;
    const kinds = [...this.#kinds.values()];
    this.#kinds.clear();
    for (const { count, write } of kinds) if (count > 0) write(count);
  }

  #kindOf(args: readonly unknown[]): string {
    const message = args.filter((arg) => typeof arg === 'string').join(' ');
    const { err, code, why, reason, error } = (args[0] ?? {}) as Readonly<Record<string, unknown>>;
    const kind = JSON.stringify([message, code, why, reason, error, (err as Error | undefined)?.message]);
    return this.#kinds.has(kind) || this.#kinds.size < maxKinds ? kind : message;
  }
}
