// Shares answers: equal questions that are asked at the same time are answered once, and an answer is kept until the
// next commit. A question that is asked after a commit was acknowledged never gets an answer from before the commit.

import type { Followers, Suspects } from '../formats/told-suspects';
import type { EventQuery } from '../query/event-query';
import { WeightedCache } from '../weighted-cache';
import type { Counts, Page, Reach } from './answers';
import type { EventStore } from './event-store';

/** Approximate bytes of all kept answers, and of one of them. */
const maxKeptBytes = 16_777_216;
const maxAnswerBytes = maxKeptBytes / 8;
// A page is also kept as it was sent: with the text around it, and compressed.
const copiesOfPage = 3;
const objectBytes = 64;

/** The instants of a question. Those that it does not have are 0. */
type Instants = Reach;

/** A question without its instants, and the instants. */
interface Question {
  /** By the length of its range, as of the last 24 hours, and by its start, as of today. */
  readonly keys: readonly string[];
  readonly at: Instants;
}

interface Answered<T> {
  readonly answer: T;
  /** The instants that it was asked with, and the last ones for which it holds. */
  readonly at: Instants;
  readonly reach: Reach;
}

const timeless: Instants = { fromMs: 0, untilMs: 0, now: 0 };

/** Keeps answers, and knows those that are being made. */
export class SharedAnswers {
  readonly #kept = new WeightedCache<string, Answered<unknown>>(maxKeptBytes);
  readonly #underWay = new Map<string, Promise<Answered<unknown>>>();
  #version = 0;

  /** Reports that events have changed. Those who ask from now on get new answers. */
  change(): void {
    this.#version++;
    this.#kept.clear();
    this.#underWay.clear();
  }

  /** The answer to a question: kept, under way, or made by `make`. Callers must not change the answer. */
  async get<T>(
    { keys, at }: Question,
    make: () => Promise<T>,
    { reachOf, bytesOf }: { reachOf(answer: T): Reach; bytesOf(answer: T): number },
  ): Promise<T> {
    for (const key of keys) {
      const kept = this.#kept.get(key) as Answered<T> | undefined;
      if (kept !== undefined && holds(kept, at)) return kept.answer;
    }
    for (const key of keys) {
      const underWay = this.#underWay.get(key) as Promise<Answered<T>> | undefined;
      if (underWay === undefined) continue;
      const made = await underWay;
      if (holds(made, at)) return made.answer;
    }
    const version = this.#version;
    const making = make().then((answer): Answered<T> => ({ answer, at, reach: reachOf(answer) }));
    for (const key of keys) this.#underWay.set(key, making);
    try {
      const made = await making;
      if (version === this.#version) this.#keep(keys, made, bytesOf(made.answer));
      return made.answer;
    } finally {
      for (const key of keys) if (this.#underWay.get(key) === making) this.#underWay.delete(key);
    }
  }

  #keep(keys: readonly string[], made: Answered<unknown>, bytes: number): void {
    if (bytes > maxAnswerBytes) return;
    let weight = bytes;
    for (const key of keys) {
      this.#kept.set(key, made, weight + 2 * key.length + objectBytes);
      weight = 0;
    }
  }
}

/** The same store, whose answers for graphs are shared. */
export function shareAnswers(store: EventStore): EventStore {
  const shared = new SharedAnswers();
  store.onCommit(() => shared.change());
  return {
    ...store,
    page: (query, grouping, format, limit, after, base) => {
      const make = (): Promise<Page> => store.page(query, grouping, format, limit, after, base);
      if (after !== null) return make();
      const question = questionOf('page', query, [grouping, format, limit, base], 0);
      return shared.get(question, make, pages);
    },
    spanPage: (query, format, now, limit, after) => {
      const make = (): Promise<Page> => store.spanPage(query, format, now, limit, after);
      if (after !== null) return make();
      return shared.get(questionOf('spanPage', query, [format, limit], now), make, pages);
    },
    counts: (query, unitMs, by) =>
      shared.get(questionOf('counts', query, [unitMs, by], 0), () => store.counts(query, unitMs, by), counts),
    countsBetween: (query, bounds, by) => {
      const range = { fromMs: bounds[0] ?? 0, untilMs: bounds.at(-1) ?? 0 };
      const inner = bounds.slice(1, -1);
      const question = questionOf('countsBetween', { ...query, ...range }, [inner, by], 0);
      return shared.get(question, () => store.countsBetween(query, bounds, by), counts);
    },
    suspects: (id, query, options) => {
      const question = questionOf('suspects', { ...query, ...timeless }, [id, options], 0);
      return shared.get<Suspects | null>(question, () => store.suspects(id, query, options), data);
    },
    followers: (id, query, options) => {
      const question = questionOf('followers', { ...query, ...timeless }, [id, options], 0);
      return shared.get<Followers | null>(question, () => store.followers(id, query, options), data);
    },
  };
}

const pages = {
  reachOf: ({ reach }: Page): Reach => reach as Reach,
  bytesOf: ({ bytes }: Page): number => copiesOfPage * bytes.length,
};
const counts = {
  reachOf: ({ reach }: Counts): Reach => reach,
  bytesOf: (answer: Counts): number => bytesOfData(answer),
};
const data = { reachOf: (): Reach => timeless, bytesOf: bytesOfData };

function questionOf(
  method: string,
  { fromMs, untilMs, ...query }: EventQuery,
  others: readonly unknown[],
  now: number,
): Question {
  const rest = JSON.stringify([method, query, others]);
  return {
    keys: [`${untilMs - fromMs} long ${rest}`, `from ${fromMs} ${rest}`],
    at: { fromMs, untilMs, now },
  };
}

function holds({ at, reach }: Answered<unknown>, asked: Instants): boolean {
  return (
    at.fromMs <= asked.fromMs &&
    asked.fromMs <= reach.fromMs &&
    at.untilMs <= asked.untilMs &&
    asked.untilMs <= reach.untilMs &&
    at.now <= asked.now &&
    asked.now <= reach.now
  );
}

/** Approximate bytes of data in memory. */
function bytesOfData(value: unknown): number {
  if (typeof value === 'string') return 2 * value.length + objectBytes;
  if (typeof value !== 'object' || value === null) return 8;
  if (ArrayBuffer.isView(value)) return value.byteLength + objectBytes;
  return Object.values(value).reduce((sum: number, part) => sum + bytesOfData(part), objectBytes);
}
