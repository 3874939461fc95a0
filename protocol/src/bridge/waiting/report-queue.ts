// A queue of received reports on disk. `take` resolves when a report is on disk. The report is mapped from there, and its file is
// removed when its result is stored. Results are stored one at a time, in the order of the reports. Files that an earlier process
// left are mapped first.

import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type MappedFile, MappingThread, UnmappableReport } from '../mapping-thread';
import { DiskWriter } from './disk-writer';
import { reportName } from './file-names';
import { formatHead, type ReportOrigin, type WaitingReport } from './report-file';
import { type FoundFile, findWaiting } from './waiting-files';

/** The result of a report. */
export type Mapping<Value> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly why: string };

/** `kept`: the report is on disk. `slow`: the disk did not answer in time, so the report may or may not be stored. */
export type TakeOutcome = 'kept' | 'full' | 'slow' | 'failed';

/** Called about problems of a queue. */
export interface ReportQueueObserver {
  /** A report was not stored, and its sender got an error. */
  refused(origin: ReportOrigin, why: string): void;
  /** Files cannot be read, or results cannot be stored; both are tried again. Called once until it works again. */
  failing(why: string): void;
}

/** Options of a queue. */
export interface ReportQueueOptions<Value> {
  /** A folder for this queue only. It is created with the first report. */
  readonly folder: string;
  /** Maximum bytes of reports on disk. */
  readonly maxBytes: number;
  /** Script of the mapping thread, see `MappingThread`. */
  readonly script: string;
  /** Stores a result. It is called for one result at a time, and again for the same result if it rejects. */
  settle(mapping: Mapping<Value>, origin: ReportOrigin): Promise<void>;
  readonly observer: ReportQueueObserver;
  /** Maximum milliseconds for a write; a slower report is refused. */
  readonly maxWriteMs?: number;
  /** Milliseconds before a failed file or result is tried again. */
  readonly pauseMs?: number;
}

// Maximum bytes in memory that the disk has not confirmed.
const maxUnwrittenBytes = 64 * 1_048_576;
// Time that a store, and then a disk, gets to finish at the end.
const maxEndMs = 100;
const unknownOrigin: ReportOrigin = { peer: '', host: '', bytes: 0 };

interface WaitingFile extends FoundFile {
  /** Null if unknown, as for a file of an earlier process. */
  readonly host: string | null;
}

export class ReportQueue<Value> {
  readonly #options: Required<ReportQueueOptions<Value>>;
  readonly #disk: DiskWriter;
  readonly #thread: MappingThread<unknown, Value>;
  readonly #files: WaitingFile[];
  readonly #closing = new AbortController();
  /** Number of waiting reports by host; null is the key for unknown hosts. */
  readonly #hosts = new Map<string | null, number>();
  #bytes: number;
  #count = 0;
  #running: Promise<void> | undefined;
  #isFailing = false;

  private constructor(options: ReportQueueOptions<Value>, found: readonly FoundFile[]) {
    this.#options = { maxWriteMs: 1_500, pauseMs: 1_000, ...options };
    this.#disk = new DiskWriter(options.folder);
    this.#thread = new MappingThread(options.script);
    this.#files = found.map((file) => ({ ...file, host: null }));
    this.#bytes = found.reduce((sum, { bytes }) => sum + bytes, 0);
    if (found.length > 0) this.#hosts.set(null, found.length);
    this.#run();
  }

  /** Opens the folder and starts to map its files. Rejects with an error of the file system. */
  static async open<Value>(options: ReportQueueOptions<Value>): Promise<ReportQueue<Value>> {
    return new ReportQueue(options, await findWaiting(options.folder));
  }

  /** Bytes of all waiting reports. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Number of waiting reports, without those that are being mapped or stored. */
  get reports(): number {
    return this.#files.length;
  }

  /** True if an earlier report of the host may still be in the queue. */
  mayHold(host: string): boolean {
    return this.#hosts.has(host) || this.#hosts.has(null);
  }

  /** Takes a report. Its body moves to another thread: do not use it afterwards. Resolves within `maxWriteMs`. */
  async take(report: WaitingReport, now: number): Promise<TakeOutcome> {
    const { maxBytes, maxWriteMs, observer } = this.#options;
    const origin: ReportOrigin = { peer: report.peer, host: report.host, bytes: report.body.length };
    const head = formatHead(report);
    const bytes = head.length + report.body.length;
    if (this.#bytes + bytes > maxBytes || this.#disk.bytes + bytes > maxUnwrittenBytes + report.body.length) {
      observer.refused(origin, 'too many reports are waiting');
      return 'full';
    }
    const name = reportName(now, this.#count++);
    const host = report.host === '' ? null : report.host;
    this.#bytes += bytes;
    this.#countHost(host, 1);
    const { inTime, atLast } = this.#disk.write(name, [head, ...report.body.pieces], maxWriteMs);
    // A report that reaches the disk late is still mapped, because its sender may not send it again.
    const kept = atLast.then((outcome) => {
      if (outcome === 'written') return this.#add({ name, bytes, host });
      this.#bytes -= bytes;
      this.#countHost(host, -1);
      observer.refused(origin, `it cannot be written to disk (${outcome.error})`);
    });
    const outcome = await inTime;
    if (outcome === 'slow') return 'slow';
    await kept;
    return outcome === 'written' ? 'kept' : 'failed';
  }

  /**
   * Maps and stores waiting reports for up to `maxMs` milliseconds. Resolves at most 250 ms later, even if the store or the disk
   * hangs. The other reports stay on disk for the next start.
   */
  async close(maxMs: number): Promise<void> {
    await withinMs(maxMs, this.#idle());
    this.#closing.abort();
    await withinMs(maxEndMs, Promise.all([this.#thread.close(0), this.#idle()]));
    await this.#disk.close(maxEndMs);
  }

  async #idle(): Promise<void> {
    while (this.#running) await this.#running;
  }

  #add(file: WaitingFile): void {
    this.#files.push(file);
    this.#run();
  }

  #run(): void {
    this.#running ??= this.#mapAll().finally(() => {
      this.#running = undefined;
      if (this.#files.length > 0 && !this.#closing.signal.aborted) this.#run();
    });
  }

  // Maps the next report while a result is being stored.
  async #mapAll(): Promise<void> {
    let settled = Promise.resolve(true);
    for (let file = this.#files[0]; file && !this.#closing.signal.aborted; file = this.#files[0]) {
      const mapped = await this.#map(file);
      if (mapped === null) {
        await this.#pause();
        continue;
      }
      if (!(await settled)) return;
      this.#files.shift();
      settled = this.#settle(file, mapped.mapping, mapped.origin);
    }
    await settled;
  }

  /** Null if the file cannot be read now. */
  async #map({ name }: FoundFile): Promise<{ mapping: Mapping<Value>; origin: ReportOrigin } | null> {
    try {
      const { value, origin }: MappedFile<Value> = await this.#thread.mapFile(
        join(this.#options.folder, name),
      );
      return { mapping: { ok: true, value }, origin };
    } catch (error) {
      if (error instanceof UnmappableReport)
        return { mapping: { ok: false, why: error.message }, origin: error.origin ?? unknownOrigin };
      if ((error as NodeJS.ErrnoException).code === 'ENOENT')
        return {
          mapping: { ok: false, why: 'its file was removed before it was read' },
          origin: unknownOrigin,
        };
      this.#reportFailing(`a waiting report cannot be read (${(error as Error).message})`);
      return null;
    }
  }

  /** False if the result is not stored when the queue closes. */
  async #settle(
    { name, bytes, host }: WaitingFile,
    mapping: Mapping<Value>,
    origin: ReportOrigin,
  ): Promise<boolean> {
    for (;;) {
      try {
        await this.#options.settle(mapping, origin);
        break;
      } catch (error) {
        this.#reportFailing((error as Error).message);
        if (this.#closing.signal.aborted) return false;
        await this.#pause();
      }
    }
    this.#isFailing = false;
    this.#bytes -= bytes;
    this.#countHost(host, -1);
    this.#disk.remove(name);
    return true;
  }

  #countHost(host: string | null, change: number): void {
    const count = (this.#hosts.get(host) ?? 0) + change;
    if (count > 0) this.#hosts.set(host, count);
    else this.#hosts.delete(host);
  }

  #reportFailing(why: string): void {
    if (!this.#isFailing && !this.#closing.signal.aborted) this.#options.observer.failing(why);
    this.#isFailing = true;
  }

  async #pause(): Promise<void> {
    await sleep(this.#options.pauseMs, undefined, { signal: this.#closing.signal }).catch(() => {});
  }
}

/** Waits for `done`, but at most `ms` milliseconds. */
async function withinMs(ms: number, done: Promise<unknown>): Promise<void> {
  const ended = new AbortController();
  const late = sleep(ms, undefined, { signal: ended.signal }).catch(() => {});
  await Promise.race([done, late]).finally(() => ended.abort());
}
