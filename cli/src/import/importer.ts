// Submits what readers find, in batches, and counts what became of it. Knows no format.

import { ClientError, formatLine, type HttpClient, type Problem, preview } from '@anthracite/protocol';
import type { Found } from './found';

/** What an import came to. */
export interface ImportCounts {
  /** Events and problems that are done with: a later import may skip as many. */
  items: number;
  stored: number;
  duplicate: number;
  rejected: number;
  /** True when the source says that it is not whole. */
  isCut: boolean;
}

/** How an import is run. */
export interface ImportOptions {
  /** Items to pass over: they were imported before. */
  readonly skip: number;
  /** Hears of each problem, and of the number of its item, counted from 1. */
  onProblem(item: number, message: string): void;
  /** Hears how far it is, after each batch. */
  onProgress(counts: ImportCounts): void;
  /** Asked before each item; true ends the import in order. */
  isStopped(): boolean;
}

const maxBatchEvents = 5_000;
const maxBatchChars = 524_288;
const maxBatchRejects = 500;
const maxRejectChars = 262_144;

interface Reject {
  readonly item: number;
  readonly problem: Problem;
  readonly text: string;
}

/** What is sent at once. */
class Batch {
  lines: string[] = [];
  rejects: Reject[] = [];
  chars = 0;
  items = 0;

  get isFull(): boolean {
    return (
      this.lines.length >= maxBatchEvents ||
      this.chars >= maxBatchChars ||
      this.rejects.length >= maxBatchRejects
    );
  }

  add(found: Exclude<Found, { kind: 'cut' }>, item: number): void {
    this.items++;
    if (found.kind === 'event') {
      const line = formatLine(found.event);
      this.lines.push(line);
      this.chars += line.length;
    } else {
      const text = found.text.slice(0, maxRejectChars);
      this.rejects.push({ item, problem: found.problem, text });
      this.chars += text.length;
    }
  }
}

/**
 * Imports everything that is found. One batch is on its way while the next is read. What was found before a fault of the
 * source or the server is counted; the fault is thrown when that has been sent.
 */
export async function importAll(
  found: AsyncIterable<Found>,
  client: HttpClient,
  counts: ImportCounts,
  options: ImportOptions,
): Promise<void> {
  let batch = new Batch();
  let sending: Promise<void> = Promise.resolve();
  let item = 0;
  const flush = async (): Promise<void> => {
    await sending;
    sending = send(batch, client, counts, options);
    sending.catch(() => {}); // it is awaited before the next one
    batch = new Batch();
  };
  try {
    for await (const one of found) {
      if (options.isStopped()) break;
      if (one.kind === 'cut') {
        counts.isCut = true;
        continue;
      }
      item++;
      if (item <= options.skip) {
        counts.items++;
        continue;
      }
      batch.add(one, item);
      if (batch.isFull) await flush();
    }
  } finally {
    if (batch.items > 0) await flush();
    await sending;
  }
}

async function send(
  { lines, rejects, items }: Batch,
  client: HttpClient,
  counts: ImportCounts,
  options: ImportOptions,
): Promise<void> {
  if (lines.length > 0) await sendLines(lines, client, counts, options);
  for (const { item, problem } of rejects) options.onProblem(item, problem.message);
  if (rejects.length > 0) {
    counts.rejected += rejects.length;
    await client.keepRejects(
      rejects.map(({ text, problem }) => ({ line: text, code: problem.code, error: problem.message })),
    );
  }
  counts.items += items;
  options.onProgress(counts);
}

async function sendLines(
  lines: readonly string[],
  client: HttpClient,
  counts: ImportCounts,
  options: ImportOptions,
): Promise<void> {
  try {
    const receipt = await client.submitLines(`${lines.join('\n')}\n`);
    counts.stored += receipt.stored;
    counts.duplicate += receipt.duplicate;
    counts.rejected += receipt.rejected;
    for (const { line, error } of receipt.problems) options.onProblem(counts.items + line, error);
  } catch (error) {
    // A server with a smaller limit for bodies takes less at once, and at last says which event is too long for it.
    if (!(error instanceof ClientError && error.serverCode === 'BODY_TOO_LARGE')) throw error;
    const middle = Math.floor(lines.length / 2);
    if (middle === 0) {
      counts.rejected++;
      options.onProblem(counts.items + 1, `${preview(lines[0] ?? '')}: ${error.message}`);
      return;
    }
    await sendLines(lines.slice(0, middle), client, counts, options);
    await sendLines(lines.slice(middle), client, counts, options);
  }
}
