// Submits the items of a source in batches, and counts the results.

import { ClientError, formatLine, type HttpClient, type Problem, preview } from '@anthracite/protocol';
import { type Found, ImportError } from './found';

/** The counts of an import. */
export interface ImportCounts {
  /** Processed events and problems: a later import can skip this number. */
  items: number;
  stored: number;
  duplicate: number;
  rejected: number;
  /** True if the source says that it is incomplete. */
  isTruncated: boolean;
}

/** Options of an import. */
export interface ImportOptions {
  /** Number of items to skip, because they were imported before. */
  readonly skip: number;
  /** Continues if the first items, or all of a short file, are invalid, and keeps them as rejected lines. */
  readonly force: boolean;
  /** Called for each problem, with the number of its item, counted from 1. */
  onProblem(item: number, message: string): void;
  /** Called after each batch. */
  onProgress(counts: ImportCounts): void;
  /** Called before each item; true ends the import after the items that were read. */
  isStopped(): boolean;
}

const maxBatchEvents = 5_000;
const maxBatchChars = 524_288;
const maxBatchRejects = 500;
const maxRejectChars = 262_144;
// If this many first items are invalid, and no item is valid, the file is probably of another kind.
const firstItems = 20;

interface Reject {
  readonly item: number;
  readonly problem: Problem;
  readonly text: string;
}

/** Items that are sent together. */
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

  /** True if it has all `count` items so far, and all of them are invalid. */
  isForeign(count: number): boolean {
    return count > 0 && count <= firstItems && this.rejects.length === count;
  }

  add(found: Exclude<Found, { kind: 'truncated' }>, item: number): void {
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
 * Imports all items. It sends a batch while it reads the next one. After an error of the source, the items before it are still
 * sent and counted, then the error is thrown.
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
    sending.catch(() => {}); // awaited before the next batch
    batch = new Batch();
  };
  // If all items so far are invalid, the file may be of another kind: they are held back until a valid item arrives.
  const isForeign = (): boolean => !options.force && batch.isForeign(item - options.skip);
  // After a skipped part, the file is of the right kind.
  const isWholeFile = (): boolean => options.skip === 0;
  const refuse = (what: string): never => {
    const { problem } = batch.rejects[0] as Reject;
    batch = new Batch();
    throw new ImportError(
      `${what} (${problem.message}); nothing was sent. Use --force to import it anyway and keep invalid items as rejected lines`,
    );
  };
  try {
    for await (const one of found) {
      if (options.isStopped()) break;
      if (one.kind === 'truncated') {
        counts.isTruncated = true;
        continue;
      }
      item++;
      if (item <= options.skip) {
        counts.items++;
        continue;
      }
      batch.add(one, item);
      if (isForeign() && item - options.skip === firstItems)
        refuse(`none of the first ${firstItems} items is an event`);
      if (batch.isFull && !isForeign()) await flush();
    }
    if (isForeign() && isWholeFile() && !options.isStopped())
      refuse(item === 1 ? 'the only item is not an event' : `none of the ${item} items is an event`);
  } finally {
    if (batch.items > 0 && !(isForeign() && isWholeFile())) await flush();
    await sending;
  }
}

/** Splits rejected items into parts that each fit into one request. */
function* partsOf(rejects: readonly Reject[]): Generator<readonly Reject[]> {
  let part: Reject[] = [];
  let chars = 0;
  for (const reject of rejects) {
    if (part.length > 0 && chars + reject.text.length > maxBatchChars) {
      yield part;
      part = [];
      chars = 0;
    }
    part.push(reject);
    chars += reject.text.length;
  }
  if (part.length > 0) yield part;
}

async function send(
  { lines, rejects, items }: Batch,
  client: HttpClient,
  counts: ImportCounts,
  options: ImportOptions,
): Promise<void> {
  if (lines.length > 0) await sendLines(lines, client, counts, options);
  for (const { item, problem } of rejects) options.onProblem(item, problem.message);
  for (const part of partsOf(rejects)) {
    counts.rejected += part.length;
    await client.keepRejects(
      part.map(({ text, problem }) => ({ line: text, code: problem.code, error: problem.message })),
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
    for (const { line, warning } of receipt.warnings ?? [])
      options.onProblem(counts.items + line, `warning: ${warning}`);
  } catch (error) {
    // The server's limit for bodies may be smaller: halves are sent, down to the one event that is too large.
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
