// Collects checked events, and rejected lines, for the next commit. Independent of doors and the store.

import { isUtf8 } from 'node:buffer';
import {
  type Event,
  isComment,
  isSkipped,
  joinSeries,
  type MeaningWarning,
  type Outcome,
  type Problem,
  parseSeries,
  preview,
  problem,
  splitLine,
  succeeded,
  warningsOf,
} from '@anthracite/protocol';
import { ownText } from '../own-text';
import type { EventBatch, EventKey, RejectedLine } from '../storage/event-batch';
import { WeightedCache } from '../weighted-cache';

/** Where lines come from, stored with rejected lines. */
export interface Origin {
  readonly door: string;
  readonly peer: string;
}

const maxRememberedBytes = 16_777_216;
const newline = 10;
const carriageReturn = 13;

/** Caches the check of type and tags, with its warnings; they repeat from line to line. */
export class SeriesCheck {
  readonly #good = new WeightedCache<string, Outcome<readonly MeaningWarning[]>>(maxRememberedBytes);

  /** The warnings for a text of type and tags, or its problem. */
  check(text: string): Outcome<readonly MeaningWarning[]> {
    const known = this.#good.get(text);
    if (known) return known;
    const parsed = parseSeries(text);
    if (!parsed.ok) return parsed;
    const warnings = warningsOf(parsed.value.type, parsed.value.tags);
    const outcome = succeeded(warnings);
    this.#good.set(ownText(text), outcome, 2 * text.length + 400 * warnings.length);
    return outcome;
  }
}

/** Called for problems and warnings of lines; numbers count from 0. */
export interface LineListener {
  onReject?(lineNumber: number, problem: Problem): void;
  onWarning?(lineNumber: number, warning: MeaningWarning): void;
}

export class BatchBuilder implements EventBatch {
  readonly times: number[] = [];
  readonly series: string[] = [];
  readonly descriptions: string[] = [];
  readonly rejects: RejectedLine[] = [];
  readonly keys = new Map<number, EventKey>();
  readonly #seriesCheck: SeriesCheck;
  /** Approximate memory of the batch, in UTF-16 units and bytes. */
  weight = 0;

  constructor(seriesCheck: SeriesCheck) {
    this.#seriesCheck = seriesCheck;
  }

  /** Number of events and rejected lines. */
  get size(): number {
    return this.times.length + this.rejects.length;
  }

  /** Adds an event and its key, already accepted by `checkEvent` and `checkEventKey`. */
  addEvent(event: Event, key: EventKey | null = null): void {
    this.#push(event.time, joinSeries(event.type, event.tags), event.description);
    if (key !== null) this.addKey(key);
  }

  /** Gives a key, already accepted by `checkEventKey`, to the event that was added last. */
  addKey(key: EventKey): void {
    this.keys.set(this.times.length - 1, key);
    this.weight += key.source.length + key.key.length + 64;
  }

  /** Adds a rejected line, unchanged. */
  addReject(
    line: Uint8Array,
    { code, message }: Pick<RejectedLine, 'code' | 'message'>,
    origin: Origin,
    now: number,
  ): void {
    this.rejects.push({ receivedAt: now, ...origin, code, message, line });
    this.weight += line.length;
  }

  /**
   * Adds a block of whole lines, without the last line's end. `firstLine` is the number of its first line, for the
   * sentences. Returns the number of lines.
   */
  addLines(block: Buffer, origin: Origin, now: number, listener: LineListener = {}): number {
    const reject = (number: number, line: Buffer, found: Problem): void => {
      this.addReject(line, found, origin, now);
      listener.onReject?.(number, found);
    };
    if (isUtf8(block)) {
      const lines = block.toString('utf8').split('\n');
      for (const [number, line] of lines.entries()) {
        const text = line.charCodeAt(line.length - 1) === carriageReturn ? line.slice(0, -1) : line;
        const found = this.#addLine(text, number, listener);
        if (found) reject(number, Buffer.from(text), found);
      }
      return lines.length;
    }
    let number = 0;
    for (const line of splitBytes(block)) {
      if (isComment(line)) {
        number++;
        continue;
      }
      const found = isUtf8(line) ? this.#addLine(line.toString('utf8'), number, listener) : notUtf8(line);
      if (found) reject(number, line, found);
      number++;
    }
    return number;
  }

  #addLine(line: string, number: number, listener: LineListener): Problem | null {
    if (isSkipped(line)) return null;
    const split: Outcome<{ time: number; series: string; description: string }> = splitLine(line);
    if (!split.ok) return split.problem;
    const { time, series, description } = split.value;
    const checked = this.#seriesCheck.check(series);
    if (!checked.ok) return checked.problem;
    for (const warning of checked.value) listener.onWarning?.(number, warning);
    this.#push(time, series, description);
    return null;
  }

  #push(time: number, series: string, description: string): void {
    this.times.push(time);
    this.series.push(series);
    this.descriptions.push(description);
    this.weight += series.length + description.length + 64;
  }
}

/** The batches as one. */
export function joinBatches(batches: readonly BatchBuilder[]): EventBatch {
  const [only] = batches;
  if (only !== undefined && batches.length === 1) return contentOf(only);
  const joined = {
    times: [] as number[],
    series: [] as string[],
    descriptions: [] as string[],
    rejects: [] as RejectedLine[],
    keys: new Map<number, EventKey>(),
  };
  for (const { times, series, descriptions, rejects, keys } of batches) {
    const start = joined.times.length;
    for (const [i, time] of times.entries()) {
      joined.times.push(time);
      joined.series.push(series[i] as string);
      joined.descriptions.push(descriptions[i] as string);
    }
    for (const reject of rejects) joined.rejects.push(reject);
    for (const [place, key] of keys) joined.keys.set(start + place, key);
  }
  return contentOf(joined);
}

// Only what is passed to the store.
function contentOf({ times, series, descriptions, rejects, keys }: Required<EventBatch>): EventBatch {
  return { times, series, descriptions, rejects, ...(keys.size > 0 && { keys }) };
}

function notUtf8(line: Buffer): Problem {
  return problem('NOT_UTF8', { value: preview(line.toString('latin1')) });
}

function* splitBytes(block: Buffer): Generator<Buffer> {
  for (let start = 0; start <= block.length; ) {
    const found = block.indexOf(newline, start);
    const end = found === -1 ? block.length : found;
    yield block.subarray(start, end > start && block[end - 1] === carriageReturn ? end - 1 : end);
    start = end + 1;
  }
}
