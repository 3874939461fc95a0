// Admits requests by places: live streams and long answers have their own places, one address gets at most a part of
// all, and some places are reserved for writes and the health check.

import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { peerNetwork } from '../../../access/peer-network';
import type { Logger } from '../../../log';
import type { Metrics } from '../../../metrics';
import type { Settings } from '../../../settings';
import type { TakeTurn } from '../answer/event-stream';
import { RequestError } from '../request/request-error';
import { Places, type Shortage } from './places';
import type { AnswerReader } from './reader-watch';
import { ReaderWatch } from './reader-watch';
import { Turns } from './turns';

declare module 'fastify' {
  interface FastifyInstance {
    admission: Admission;
  }
  interface FastifyRequest {
    /** The client that reads the answer. */
    reader: AnswerReader | null;
  }
  interface FastifyContextConfig {
    /** The reserved places that requests of the route may use; other routes use none. */
    reserve?: 'write' | 'all';
  }
}

/** The kinds of places. */
export type PlaceKind = 'request' | 'long_answer' | 'sqlite_export';

const names: Readonly<Record<PlaceKind, string>> = {
  request: 'requests',
  long_answer: 'live streams and long answers',
  sqlite_export: 'SQLite exports',
};
const retrySeconds = 5;
// Each export uses disk space until its client has received it.
const maxSqliteExports = 8;

// Enough to keep all threads busy while answers are sent. With two, a thread goes idle between pages, and waking it
// costs small lists a third more processor time.
const pagesAtOncePerReader = 4;

/** The options of the admission. */
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
  app.addHook('onRequest', (request, reply, done) => {
    admission.admit(request, reply);
    done();
  });
  app.addHook('onClose', async () => admission.close());
}

/** Turns at reading pages of lists, for a request: they are given up when its client disconnects. */
export function takeTurnOf(request: FastifyRequest): TakeTurn {
  const { reader, server } = request;
  let signal: AbortSignal | null = null;
  const signalOf = (): AbortSignal => {
    signal ??= signalOfGone(reader);
    return signal;
  };
  return async (task) => {
    if (reader?.isGone) throw RequestError.of('CLIENT_GONE');
    return server.admission.pages.run(task, signalOf);
  };
}

function signalOfGone(reader: AnswerReader | null): AbortSignal {
  const gone = new AbortController();
  reader?.onClose(() => {
    if (reader.isGone) gone.abort(RequestError.of('CLIENT_GONE'));
  });
  return gone.signal;
}

export class Admission {
  /** Limits how many pages of lists are read at once. */
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
    // If one address may use all connections, as a proxy must, it may use all places of each kind.
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

  /** Gives a request a place until its answer is closed. Throws a `RequestError` when none is free. */
  admit(request: FastifyRequest, reply: FastifyReply): void {
    request.reader = this.#watch.add(reply.raw);
    const { reserve } = request.routeOptions.config;
    if (reserve !== 'all')
      this.#take('request', request, reply, reserve === 'write' ? this.#writeReserve : 0);
  }

  /** Gives a live stream, or a streamed answer, a place of its kind as well. Throws a `RequestError` when none is free. */
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
          'disconnected a slow client: another client needs its place',
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
    const facts = { limit, requests: names[kind], seconds: retrySeconds };
    return RequestError.of(shortage === 'all' ? 'TOO_BUSY' : 'ADDRESS_TOO_BUSY', facts);
  }
}
