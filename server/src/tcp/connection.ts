// One sender on the line port: its bytes to lines, its lines to the intake, one answer at the end.

import type { Socket } from 'node:net';
import { preview, problem } from '@anthracite/protocol';
import type { Intake, Receipt } from '../events/intake';
import type { StoreError } from '../store/store-error';
import { LineSplitter } from './line-splitter';

/** Bounds of one connection. Times in milliseconds. */
export interface ConnectionLimits {
  readonly maxLineBytes: number;
  /** Without a byte for so long, it is closed. */
  readonly idleMs: number;
  /** A line that has begun must end within so long, however its bytes trickle. */
  readonly lineMs: number;
}

/** Why a connection ended, for the metrics. */
export type ConnectionEnd = 'finished' | 'idle' | 'slow_line' | 'http' | 'reset' | 'stopping';

const door = 'tcp';
const maxUnderWay = 4;
const maxReasons = 5;
// A peer that does not take its answer is not waited for longer than this.
const lingerMs = 2_000;
// A browser can be made to send a form to any port; its first line gives it away.
const httpRequestLine = /^[A-Z]{2,16} \S{1,8192} HTTP\/\d/;

export class Connection {
  readonly #socket: Socket;
  readonly #intake: Intake;
  readonly #limits: ConnectionLimits;
  readonly #splitter: LineSplitter;
  readonly #peer: string;
  readonly #reasons: string[] = [];
  readonly #onEnd: (end: ConnectionEnd) => void;
  readonly #closed: Promise<void>;
  #lines = 0;
  #stored = 0;
  #duplicate = 0;
  #rejected = 0;
  /** Why the store could not take some of it; null when it took all. */
  #failure: string | null = null;
  #underWay = 0;
  #lineTimer: NodeJS.Timeout | undefined;
  #end: ConnectionEnd | undefined;
  #settled: (() => void) | undefined;

  constructor(socket: Socket, intake: Intake, limits: ConnectionLimits, onEnd: (end: ConnectionEnd) => void) {
    this.#socket = socket;
    this.#intake = intake;
    this.#limits = limits;
    this.#onEnd = onEnd;
    this.#peer = `${socket.remoteAddress ?? 'unknown'}:${socket.remotePort ?? 0}`;
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

  /** Takes no more from the peer, commits what it sent, tells it so, and closes. */
  async stop(): Promise<void> {
    this.#finish('stopping');
    await this.#closed;
    await this.#allSettled();
  }

  #take(chunk: Buffer): void {
    if (this.#end) return;
    this.#splitter.push(chunk);
    if (this.#end) return;
    if (!this.#splitter.hasPartial) this.#clearLineTimer();
    else this.#lineTimer ??= setTimeout(() => this.#finish('slow_line'), this.#limits.lineMs);
    if (this.#underWay >= maxUnderWay || this.#intake.isFull) this.#socket.pause();
  }

  #takeLines(block: Buffer): void {
    if (this.#end === 'http') return;
    this.#clearLineTimer();
    if (this.#lines === 0 && httpRequestLine.test(firstLine(block))) {
      this.#finish('http');
      return;
    }
    const firstNumber = this.#lines + 1;
    this.#submit((batch) => {
      this.#lines += batch.addLines(block, { door, peer: this.#peer }, Date.now(), (number, { message }) =>
        this.#giveReason(`line ${firstNumber + number}: ${message}`),
      );
    });
  }

  #takeTooLong(beginning: Buffer): void {
    this.#clearLineTimer();
    this.#lines++;
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
    const receipt = this.#intake.submit(door, (batch) => {
      const before = batch.times.length + batch.rejects.length;
      fill(batch);
      events = batch.times.length + batch.rejects.length - before;
    });
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

  // Runs once, whatever comes first.
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
    } else if (end !== 'http') this.#rejectPartial(end);
    void this.#answer(end);
  }

  // A line that was cut off may be wrong in any way: it is kept for a person to look at, not stored.
  #rejectPartial(end: ConnectionEnd): void {
    const rest = this.#splitter.abandon();
    if (rest === null) return;
    this.#lines++;
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
    const close = end === 'finished' ? () => {} : () => this.#socket.destroy();
    this.#socket.end(end === 'http' ? httpRefusal : this.#summary(end), close);
    // What the peer still sends is not taken; reading it lets the answer arrive before the end.
    if (end === 'finished') this.#socket.resume();
  }

  #summary(end: ConnectionEnd): string {
    const counts = `stored=${this.#stored} duplicate=${this.#duplicate} rejected=${this.#rejected}`;
    const reasons = this.#failure === null ? [...this.#reasons] : [this.#failure, ...this.#reasons];
    if (this.#failure === null && this.#rejected > reasons.length) {
      reasons.push(`and ${this.#rejected - reasons.length} more: anthracite rejects lists them all`);
    }
    if (end !== 'finished') reasons.push(`closed: ${endReasons[end]}`);
    return [`${this.#failure === null ? 'ok' : 'failed'} ${counts}`, ...reasons, ''].join('\n');
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

const endReasons: Readonly<Record<ConnectionEnd, string>> = {
  finished: 'the peer finished',
  idle: 'nothing came for too long',
  slow_line: 'a line took too long to end',
  http: 'the peer speaks HTTP',
  reset: 'the connection broke',
  stopping: 'the server is stopping',
};

const httpRefusal =
  'HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain; charset=utf-8\r\nConnection: close\r\n\r\nThis port takes lines, not HTTP. Nothing was stored.\n';

function firstLine(block: Buffer): string {
  const end = block.indexOf(10);
  return block.subarray(0, Math.min(end === -1 ? block.length : end, 8_300)).toString('latin1');
}
