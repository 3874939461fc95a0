// Sends requests over kept-alive connections, each as soon as the previous response is complete. Uses little processor time, so that
// the server is the bottleneck.

import { connect, type Socket } from 'node:net';
import { percentile } from '../scenario';

/** The result of a load. Times in milliseconds. */
export interface LoadReport {
  readonly requestsPerSecond: number;
  readonly p50: number;
  readonly p99: number;
}

/** The options of a load. `request` makes the bytes of a request; all responses must have status 200. */
export interface LoadOptions {
  readonly port: number;
  readonly clients: number;
  readonly seconds: number;
  readonly request: (number: number) => string;
}

/** In a text, the place of a number of nine digits. */
export const numberPlace = '#########';

/** The bytes of a GET request. */
export function getRequest(path: string): string {
  return `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: application/json\r\n\r\n`;
}

/** The bytes of a POST request with a JSON body in ASCII. */
export function postRequest(path: string, body: string): string {
  return `POST ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
}

/** Runs a load for some seconds after one second of warm-up. Rejects at the first response without status 200. */
export async function runLoad({ port, clients, seconds, request }: LoadOptions): Promise<LoadReport> {
  const times: number[] = [];
  const measureFrom = performance.now() + 1_000;
  const until = measureFrom + seconds * 1_000;
  let number = 0;
  await Promise.all(
    Array.from({ length: clients }, async () => {
      let client = await HttpConnection.open(port);
      for (let now = performance.now(); now < until; ) {
        await client.ask(request(number++));
        const done = performance.now();
        if (now >= measureFrom) times.push(done - now);
        if (client.isClosed) client = await HttpConnection.open(port); // a peer without kept-alive connections
        now = done;
      }
      client.close();
    }),
  );
  return {
    requestsPerSecond: times.length / seconds,
    p50: percentile(times, 0.5),
    p99: percentile(times, 0.99),
  };
}

/** A connection that sends one request at a time. */
export class HttpConnection {
  readonly #socket: Socket;
  #buffered: Buffer[] = [];
  #length = 0;
  #expected = -1;
  #settle: { resolve: (bytes: Buffer) => void; reject: (error: Error) => void } | null = null;
  isClosed = false;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('data', (chunk) => this.#take(chunk));
    socket.on('error', () => {});
    socket.on('close', () => {
      this.isClosed = true;
      this.#settle?.reject(new Error('the connection was closed before the response was complete'));
    });
  }

  /** Connects to 127.0.0.1. */
  static open(port: number): Promise<HttpConnection> {
    return new Promise((resolve, reject) => {
      const socket = connect({ port, host: '127.0.0.1', noDelay: true });
      socket.once('error', reject);
      socket.once('connect', () => resolve(new HttpConnection(socket)));
    });
  }

  /** Sends a request; resolves with the complete response, including its head. Rejects unless its status is 200. */
  ask(request: string): Promise<Buffer> {
    return new Promise((resolve, reject) => {
      this.#settle = { resolve, reject };
      this.#buffered = [];
      this.#length = 0;
      this.#expected = -1;
      this.#socket.write(request);
    });
  }

  close(): void {
    this.#socket.destroy();
  }

  #take(chunk: Buffer): void {
    this.#buffered.push(chunk);
    this.#length += chunk.length;
    if (this.#expected === -1) this.#readHead();
    if (this.#expected >= 0 ? this.#length < this.#expected : !this.#endsChunked()) return;
    const answer = Buffer.concat(this.#buffered);
    const settle = this.#settle;
    this.#settle = null;
    const status = answer.subarray(9, 12).toString('latin1');
    if (status === '200') settle?.resolve(answer);
    else
      settle?.reject(
        new Error(`response with status ${status}: ${answer.subarray(0, 500).toString('latin1')}`),
      );
  }

  // -1: the head is incomplete; -2: the body is chunked; else the length of head and body.
  #readHead(): void {
    const head = Buffer.concat(this.#buffered);
    const end = head.indexOf('\r\n\r\n');
    if (end === -1) return;
    const length = /\r\ncontent-length: *(\d+)/i.exec(head.subarray(0, end).toString('latin1'))?.[1];
    this.#expected = length === undefined ? -2 : end + 4 + Number(length);
    this.#buffered = [head];
  }

  #endsChunked(): boolean {
    if (this.#expected === -1) return false;
    const last = this.#buffered.at(-1) ?? Buffer.alloc(0);
    const tail = last.length >= 5 ? last : Buffer.concat(this.#buffered).subarray(-5);
    return tail.subarray(-5).toString('latin1') === '0\r\n\r\n';
  }
}
