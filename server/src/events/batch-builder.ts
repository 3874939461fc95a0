// Gathers checked events, and the rejects among them, for the next commit. Knows no door and no store.

import { isUtf8 } from 'node:buffer';
import {
  type Event,
  isComment,
  isSkipped,
  joinSeries,
  type Outcome,
  type Problem,
  parseSeries,
  preview,
  problem,
  splitLine,
} from '@anthracite/protocol';
import { ownText } from '../own-text';
import type { EventBatch, RejectedLine } from '../store/event-store';
import { WeightedCache } from '../weighted-cache';

/** Where lines come from, for the ledger. */
export interface Origin {
  readonly door: string;
  readonly peer: string;
}

const maxRememberedBytes = 16_777_216;
const newline = 10;
const carriageReturn = 13;

/** Remembers which texts of type and tags were found good; they repeat from line to line. */
export class SeriesCheck {
  readonly #good = new WeightedCache<string, true>(maxRememberedBytes);

  /** The problem of a text of type and tags, or null. */
  check(text: string): Problem | null {
    if (this.#good.get(text)) return null;
    const parsed = parseSeries(text);
    if (!parsed.ok) return parsed.problem;
    this.#good.set(ownText(text), true, 2 * text.length);
    return null;
  }
}

export class BatchBuilder implements EventBatch {
  readonly times: number[] = [];
  readonly series: string[] = [];
  readonly descriptions: string[] = [];
  readonly rejects: RejectedLine[] = [];
  readonly #seriesCheck: SeriesCheck;
  /** Roughly the memory that the batch holds, in UTF-16 units and bytes. */
  weight = 0;

  constructor(seriesCheck: SeriesCheck) {
    this.#seriesCheck = seriesCheck;
  }

  /** Adds an event that `checkEvent` found good. */
  addEvent(event: Event): void {
    this.#push(event.time, joinSeries(event.type, event.tags), event.description);
  }

  /** Adds a rejected line as it came. */
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
   * Adds a block of whole lines, without the last line's end. `firstLine` is its first line's number, for
   * the sentences. Returns how many lines it has.
   */
  addLines(
    block: Buffer,
    origin: Origin,
    now: number,
    onReject?: (lineNumber: number, problem: Problem) => void,
  ): number {
    const reject = (number: number, line: Buffer, found: Problem): void => {
      this.addReject(line, found, origin, now);
      onReject?.(number, found);
    };
    if (isUtf8(block)) {
      const lines = block.toString('utf8').split('\n');
      for (const [number, line] of lines.entries()) {
        const text = line.charCodeAt(line.length - 1) === carriageReturn ? line.slice(0, -1) : line;
        const found = this.#addLine(text);
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
      const found = isUtf8(line) ? this.#addLine(line.toString('utf8')) : notUtf8(line);
      if (found) reject(number, line, found);
      number++;
    }
    return number;
  }

  #addLine(line: string): Problem | null {
    if (isSkipped(line)) return null;
    const split: Outcome<{ time: number; series: string; description: string }> = splitLine(line);
    if (!split.ok) return split.problem;
    const { time, series, description } = split.value;
    const bad = this.#seriesCheck.check(series);
    if (bad) return bad;
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
