// Admits requests by places: live streams and long answers have places of their own, one address has at most a part of
// all, and some are in reserve for writes and the health check.

import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { peerNetwork } from '../access/peer-network';
import type { Logger } from '../log';
import type { Metrics } from '../metrics';
import type { Settings } from '../settings';
import type { TakeTurn } from './event-stream';
import { Places, type Shortage } from './places';
import type { AnswerReader } from './reader-watch';
import { ReaderWatch } from './reader-watch';
import { RequestError } from './request-error';
import { Turns } from './turns';

declare module 'fastify' {
  interface FastifyInstance {
    admission: Admission;
  }
  interface FastifyRequest {
    /** Whoever reads the answer. */
    reader: AnswerReader | null;
  }
  interface FastifyContextConfig {
    /** Which places in reserve the route's requests may take; those of others take none. */
    reserve?: 'write' | 'all';
  }
}

/** What places are for. */
export type PlaceKind = 'request' | 'long_answer' | 'sqlite_export';

const names: Readonly<Record<PlaceKind, string>> = {
  request: 'requests',
  long_answer: 'live streams and long answers',
  sqlite_export: 'SQLite exports',
};
const retrySeconds = 5;
// Each takes room on the disk until its client has it.
const maxSqliteExports = 8;

// Enough to keep all threads busy while answers are sent.
const pagesAtOncePerReader = 2;

/** What the admission is given. */
export interface AdmissionOptions {
  readonly settings: Settings;
  readonly metrics: Metrics;
  readonly log: Logger;
}

/** Adds the check to all routes that are added from now on. */
export function addAdmission(app: FastifyInstance, options: AdmissionOptions): void {
  const admission = new Admission(options);
  app.decorate('admission', admission);
  app.decorateRequest('reader', null);
  app.addHook('onRequest', async (request, reply) => admission.admit(request, reply));
  app.addHook('onClose', async () => admission.close());
}

/** Turns at reading pages of lists, for a request: it gives them up when its client has gone. */
export function takeTurnOf(request: FastifyRequest): TakeTurn {
  const gone = new AbortController();
  const { reader } = request;
  reader?.onClose(() => {
    if (!reader.isServed) gone.abort(RequestError.of('CLIENT_GONE'));
  });
  return (task) => request.server.admission.pages.run(task, gone.signal);
}

export class Admission {
  /** Pages of lists that are read at once. */
  readonly pages: Turns;
  readonly #log: Logger;
  readonly #metrics: Metrics;
  readonly #watch: ReaderWatch;
  readonly #places: Readonly<Record<PlaceKind, Places>>;
  readonly #writeReserve: number;

  constructor({ settings, metrics, log }: AdmissionOptions) {
    this.#log = log;
    this.#metrics = metrics;
    this.#watch = new ReaderWatch({
      stallMs: settings['http-stall-ms'],
      minBytesPerSecond: settings['http-min-bytes-per-second'],
      onStalled: metrics.readerStalled,
    });
    this.pages = new Turns(settings.readers * pagesAtOncePerReader);
    const max = settings['max-http-connections'];
    const maxOfAddress = Math.min(settings['max-http-connections-per-address'], max);
    const reserve = Math.ceil(max / 10);
    this.#writeReserve = Math.floor(reserve / 2);
    const part = (count: number, of: number): number => Math.max(1, Math.floor(count / of));
    const maxLong = part(max, 2);
    // Where one address may have all connections, as a proxy has, it may have all places of each kind.
    const isShared = maxOfAddress === max;
    this.#places = {
      request: new Places({ max: Math.max(1, max - reserve), maxOfAddress }),
      long_answer: new Places({ max: maxLong, maxOfAddress: isShared ? maxLong : part(maxOfAddress, 4) }),
      sqlite_export: new Places({
        max: maxSqliteExports,
        maxOfAddress: isShared ? maxSqliteExports : Math.ceil((maxSqliteExports * maxOfAddress) / max / 2),
      }),
    };
    metrics.watchPlaces(this.#places);
  }

  /** Gives a request a place until its answer is closed. Throws a `RequestError` when there is none. */
  admit(request: FastifyRequest, reply: FastifyReply): void {
    request.reader = this.#watch.add(reply.raw);
    const { reserve } = request.routeOptions.config;
    if (reserve !== 'all')
      this.#take('request', request, reply, reserve === 'write' ? this.#writeReserve : 0);
  }

  /** Gives a live stream, or an answer that is sent in pieces, a place of its kind as well. Throws likewise. */
  admitLong(request: FastifyRequest, reply: FastifyReply, kind: Exclude<PlaceKind, 'request'>): void {
    this.#take(kind, request, reply, 0);
  }

  close(): void {
    this.#watch.close();
  }

  #take(kind: PlaceKind, request: FastifyRequest, reply: FastifyReply, extra: number): void {
    const places = this.#places[kind];
    const { reader } = request;
    const holder = {
      address: peerNetwork(request.ip),
      isSlow: () => reader?.isSlow === true,
      drop: () => {
        this.#metrics.readerSlow();
        const bytesPerSecond = Math.round(reader?.bytesPerSecond ?? 0);
        this.#log.warn(
          { address: request.ip, bytesPerSecond },
          'dropped a slow reader: others need its place',
        );
        reader?.drop();
      },
    };
    const shortage = places.take(holder, extra);
    if (shortage !== null) throw this.#refuse(kind, shortage, reply);
    reader?.onClose(() => places.free(holder));
  }

  #refuse(kind: PlaceKind, shortage: Shortage, reply: FastifyReply): RequestError {
    const { max, maxOfAddress } = this.#places[kind].limits;
    const limit = shortage === 'all' ? max : maxOfAddress;
    this.#metrics.placeRefused(kind, shortage);
    reply.header('Retry-After', String(retrySeconds));
    const facts = { limit, what: names[kind], seconds: retrySeconds };
    return RequestError.of(shortage === 'all' ? 'TOO_BUSY' : 'ADDRESS_TOO_BUSY', facts);
  }
}
