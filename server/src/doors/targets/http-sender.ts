// Sends requests to targets over HTTP. Follows no redirects, and reads only the start of an answer.

import type { Agent } from 'undici';
import type { AllowedAddresses } from './allowed-addresses';

/** A request. */
export interface TargetRequest {
  readonly method: 'POST' | 'PATCH' | 'DELETE';
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** The start of an answer. */
export interface TargetAnswer {
  readonly status: number;
  readonly retryAfter: string | null;
  readonly text: string;
}

const maxAnswerBytes = 65_536;

export class HttpSender {
  readonly #addresses: AllowedAddresses;
  readonly #timeoutMs: number;
  #agent: Agent | undefined;

  constructor(addresses: AllowedAddresses, timeoutMs: number) {
    this.#addresses = addresses;
    this.#timeoutMs = timeoutMs;
  }

  /** Sends a request. Rejects if no complete answer arrives in time, or if the address is refused. */
  async send({ method, url, headers, body }: TargetRequest, signal: AbortSignal): Promise<TargetAnswer> {
    this.#addresses.checkLiteral(url.hostname);
    // Only servers with targets load the library.
    const { Agent, request } = require('undici') as typeof import('undici');
    this.#agent ??= new Agent({
      connect: { lookup: this.#addresses.lookup, timeout: this.#timeoutMs },
      // One request at a time: a second connection would only wait.
      connections: 1,
      pipelining: 1,
    });
    const answer = await request(url, {
      dispatcher: this.#agent,
      method,
      headers: { 'user-agent': 'anthracite', ...headers },
      ...(body !== '' && { body }),
      signal: AbortSignal.any([signal, AbortSignal.timeout(this.#timeoutMs)]),
    });
    const chunks: Buffer[] = [];
    let bytes = 0;
    for await (const chunk of answer.body as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      chunks.push(chunk);
      if (bytes >= maxAnswerBytes) break;
    }
    const after = answer.headers['retry-after'];
    return {
      status: answer.statusCode,
      retryAfter: typeof after === 'string' ? after : null,
      text: Buffer.concat(chunks).subarray(0, maxAnswerBytes).toString('utf8'),
    };
  }

  /** Closes the connections. */
  async close(): Promise<void> {
    const agent = this.#agent;
    this.#agent = undefined;
    await agent?.destroy();
  }
}
