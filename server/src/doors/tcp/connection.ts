// Handles one connection on the line port: splits its bytes into lines, submits the lines, and answers once at the end.

import type { Socket } from 'node:net';
import { isComment, preview, problem } from '@anthracite/protocol';
import type { Intake, Receipt } from '../../events/intake';
import type { StoreError } from '../../storage/store-error';
import { type ForeignProtocol, hasHttpHead, maxOpeningBytes, protocolOf } from './foreign-protocol';
import { type ConnectionEnd, endReasons, formatAnswer, isForeign } from './line-answer';
import { LineSplitter } from './line-splitter';

/** The limits of one connection. Times in milliseconds. */
export interface ConnectionLimits {
  readonly maxLineBytes: number;
  /** Maximum time without a byte; then the connection is closed. */
  readonly idleMs: number;
  /** Maximum time from the first byte of a line to its end, even if bytes keep coming. */
  readonly lineMs: number;
}

const door = 'tcp';
const maxUnderWay = 4;
const maxReasons = 5;
// A sender that has sent nothing for this time has paused.
const pauseMs = 500;
// Maximum time to wait for a peer to read its answer.
const lingerMs = 2_000;

export class Connection {
  readonly #socket: Socket;
  readonly #intake: Intake;
  readonly #limits: ConnectionLimits;
  readonly #splitter: LineSplitter;
  readonly #peer: string;
  readonly #reasons: string[] = [];
  readonly #warnings: string[] = [];
  readonly #onEnd: (end: ConnectionEnd) => void;
  readonly #closed: Promise<void>;
  /** The first bytes, until they show whether lines follow. */
  #opening: Buffer | null = Buffer.alloc(0);
  #lines = 0;
  #stored = 0;
  #duplicate = 0;
  #rejected = 0;
  /** Why the store could not take some lines; null when it took all. */
  #failure: string | null = null;
  #silentSince = performance.now();
  #underWay = 0;
  #lineTimer: NodeJS.Timeout | undefined;
  #end: ConnectionEnd | undefined;
  #settled: (() => void) | undefined;

  /** `peer` is the address and port of the sender, stored with rejected lines. */
  constructor(
    socket: Socket,
    peer: string,
    intake: Intake,
    limits: ConnectionLimits,
    onEnd: (end: ConnectionEnd) => void,
  ) {
    this.#socket = socket;
    this.#intake = intake;
    this.#limits = limits;
    this.#onEnd = onEnd;
    this.#peer = peer;
    this.#splitter = new LineSplitter(limits.maxLineBytes, {
      lines: (block) => this.#takeLines(block),
      tooLong: (beginning) => this.#takeTooLong(beginning),
    });
    socket.setKeepAlive(true, 60_000);
    socket.setTimeout(limits.idleMs);
    socket.on('data', (chunk) => this.#take(chunk));
    socket.on('end', () => this.#finish('finished'));
    socket.on('timeout', () => this.#finish('idle'));
    socket.on('error', () => this.#finish('reset'));
    this.#closed = new Promise((resolve) => {
      socket.on('close', () => {
        this.#finish('reset');
        resolve();
      });
    });
  }

  /**
   * Reads until the sender ends or pauses, for at most `maxMs` milliseconds, commits the lines, answers, and closes. Lines
   * that were not read would be lost: most senders do not wait for the answer.
   */
  async stop(maxMs: number): Promise<void> {
    const endsAt = performance.now() + maxMs;
    let timer: NodeJS.Timeout | undefined;
    let checkedAt = Number.NaN;
    const look = (): void => {
      const now = performance.now();
      // While the writer is busy, nothing is read.
      const since = this.#socket.isPaused() && !this.#end ? now : this.#silentSince;
      const pausesAt = Math.min(since + pauseMs, endsAt);
      if (now < pausesAt) timer = setTimeout(look, pausesAt - now);
      // Bytes that came while this thread was busy are read before the next immediate.
      else if (now < endsAt && checkedAt !== this.#silentSince) {
        checkedAt = this.#silentSince;
        setImmediate(look);
      } else this.#finish('stopping');
    };
    look();
    await this.#closed;
    clearTimeout(timer);
    await this.#allSettled();
  }

  /** When its last byte came, by `performance.now()`. */
  get silentSince(): number {
    return this.#silentSince;
  }

  /** Ends the connection, so that another sender can have its place. */
  giveWay(): void {
    this.#finish('crowded');
  }

  /** Closes the connection, even if its peer has not read the answer. */
  cut(): void {
    this.#socket.destroy();
  }

  #take(chunk: Buffer): void {
    if (this.#end) return;
    this.#silentSince = performance.now();
    const foreign = this.#opening === null ? null : this.#readOpening(this.#opening, chunk);
    if (foreign !== null) {
      this.#finish(foreign);
      return;
    }
    this.#splitter.push(chunk);
    if (this.#end) return;
    if (!this.#splitter.hasPartial) this.#clearLineTimer();
    else this.#lineTimer ??= setTimeout(() => this.#finish('slow_line'), this.#limits.lineMs);
    if (this.#underWay >= maxUnderWay || this.#intake.isFull) this.#socket.pause();
  }

  #readOpening(before: Buffer, chunk: Buffer): ForeignProtocol | null {
    const opening = Buffer.concat([before, chunk.subarray(0, maxOpeningBytes)]);
    const protocol = protocolOf(opening);
    this.#opening = protocol === undefined ? opening : null;
    return protocol ?? null;
  }

  #takeLines(block: Buffer): void {
    if (this.#end) return;
    this.#clearLineTimer();
    if (hasHttpHead(block, this.#lines)) {
      this.#finish('http');
      return;
    }
    const firstNumber = this.#lines + 1;
    this.#submit((batch) => {
      this.#lines += batch.addLines(block, { door, peer: this.#peer }, Date.now(), {
        onReject: (number, { message }) => this.#giveReason(`line ${firstNumber + number}: ${message}`),
        onWarning: (number, { warning }) => this.#warn(`line ${firstNumber + number}: warning: ${warning}`),
      });
    });
  }

  #takeTooLong(beginning: Buffer): void {
    if (this.#end) return;
    this.#clearLineTimer();
    this.#lines++;
    if (isComment(beginning)) return;
    const found = problem('LINE_TOO_LONG', {
      limit: this.#limits.maxLineBytes,
      value: preview(beginning.subarray(0, 120).toString('latin1')),
    });
    this.#giveReason(`line ${this.#lines}: ${found.message}`);
    this.#submit((batch) => batch.addReject(beginning, found, { door, peer: this.#peer }, Date.now()));
  }

  #submit(fill: Parameters<Intake['submit']>[1]): void {
    this.#underWay++;
    let events = 0;
    const receipt = this.#intake.submit(
      door,
      (batch) => {
        fill(batch);
        events = batch.size;
      },
      this,
    );
    receipt
      .then(
        (done) => this.#count(done),
        (error: StoreError) => this.#fail(events, error),
      )
      .finally(() => {
        this.#underWay--;
        if (this.#underWay === 0) this.#settled?.();
        if (this.#socket.isPaused() && !this.#end) void this.#resume();
      });
  }

  async #resume(): Promise<void> {
    await this.#intake.whenRoom();
    if (!this.#end && this.#underWay < maxUnderWay) this.#socket.resume();
  }

  #count({ stored, duplicate, rejects }: Receipt): void {
    this.#stored += stored;
    this.#duplicate += duplicate;
    this.#rejected += rejects.length;
  }

  #fail(events: number, error: StoreError): void {
    this.#rejected += events;
    this.#failure = error.publicMessage;
  }

  #giveReason(reason: string): void {
    if (this.#reasons.length < maxReasons && !this.#reasons.includes(reason)) this.#reasons.push(reason);
  }

  #warn(warning: string): void {
    if (this.#warnings.length < maxReasons) this.#warnings.push(warning);
  }

  // Runs once, for the first reason to end.
  #finish(end: ConnectionEnd): void {
    if (this.#end) return;
    this.#end = end;
    this.#clearLineTimer();
    this.#socket.setTimeout(0);
    if (end === 'finished') {
      this.#end = undefined; // the last line may lack its line end, and counts
      this.#splitter.end();
      if (this.#end) return;
      this.#end = end;
    } else if (!isForeign(end)) this.#rejectPartial(end);
    void this.#answer(end);
  }

  // An interrupted line is not trustworthy: it is kept as a rejected line for a person to check, and not stored.
  #rejectPartial(end: keyof typeof endReasons): void {
    const rest = this.#splitter.abandon();
    if (rest === null) return;
    this.#lines++;
    if (isComment(rest)) return;
    const found = problem('INCOMPLETE_LINE', {
      value: preview(rest.subarray(0, 120).toString('latin1')),
      why: endReasons[end],
    });
    this.#giveReason(`line ${this.#lines}: ${found.message}`);
    this.#submit((batch) => batch.addReject(rest, found, { door, peer: this.#peer }, Date.now()));
  }

  async #answer(end: ConnectionEnd): Promise<void> {
    this.#socket.pause();
    await this.#allSettled();
    this.#onEnd(end);
    if (this.#socket.destroyed) return;
    const linger = setTimeout(() => this.#socket.destroy(), lingerMs);
    this.#socket.once('close', () => clearTimeout(linger));
    const lingers = end === 'finished' || isForeign(end);
    const counts = { stored: this.#stored, duplicate: this.#duplicate, rejected: this.#rejected };
    const [reasons, warnings, failure] = [this.#reasons, this.#warnings, this.#failure];
    const answer = formatAnswer({ end, counts, reasons, warnings, failure });
    this.#socket.end(answer, lingers ? undefined : () => this.#socket.destroy());
    // Later bytes of the peer are discarded; reading them lets the answer arrive before the connection ends.
    if (lingers) this.#socket.resume();
  }

  async #allSettled(): Promise<void> {
    while (this.#underWay > 0)
      await new Promise<void>((resolve) => {
        this.#settled = resolve;
      });
  }

  #clearLineTimer(): void {
    clearTimeout(this.#lineTimer);
    this.#lineTimer = undefined;
  }
}
