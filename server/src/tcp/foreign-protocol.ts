// Tells HTTP, TLS and the PROXY protocol from lines by what a peer sends first: a page can make a browser send a request to any port, with
// lines in its body. Pure: bytes in, an answer out.

import { METHODS } from 'node:http';
import { proxyOpenings } from './proxy-header';

/** A protocol that the line port does not speak. */
export type ForeignProtocol = 'http' | 'tls' | 'proxy';

// Where `PRI` opens HTTP/2.
const methods = [...METHODS, 'PRI'].map((method) => `${method} `);
// A handshake of SSL 3.0 or TLS 1.x.
const tlsOpening = '\x16\x03';
const openings: readonly (readonly [opening: string, protocol: ForeignProtocol])[] = [
  ...methods.map((method) => [method, 'http'] as const),
  [tlsOpening, 'tls'],
  ...proxyOpenings.map((opening) => [opening, 'proxy'] as const),
];

/** A decision needs at most this many bytes. */
export const maxOpeningBytes = Math.max(...openings.map(([opening]) => opening.length));

/** The protocol of a connection that begins with these bytes; null for lines; undefined when more bytes must tell. */
export function protocolOf(opening: Buffer): ForeignProtocol | null | undefined {
  const text = opening.toString('latin1', 0, maxOpeningBytes);
  const found = openings.find(([one]) => text.startsWith(one));
  if (found) return found[1];
  return openings.some(([one]) => one.startsWith(text)) ? undefined : null;
}

const newline = 10;
/** Browsers send `Host` right behind the request line, and all of their headers before the body. */
const maxHeadLines = 20;
// A page that reaches the port under its own name may choose any word as its method, and a number is one.
const requestLine = /^\S+ (?:\/|\*|https?:)\S* HTTP\/\d(?:\.\d)?\r?$/;
const browserHeader = /^(?:host|origin|sec-fetch-[a-z]+): /i;

/**
 * True when a block of whole lines has the head of an HTTP request in it. `linesBefore` is the number of lines that the
 * connection had before; beyond the first 20 nothing is looked for.
 */
export function hasHttpHead(block: Buffer, linesBefore: number): boolean {
  let start = 0;
  for (let line = linesBefore; line < maxHeadLines && start <= block.length; line++) {
    const found = block.indexOf(newline, start);
    const end = found === -1 ? block.length : found;
    const text = block.toString('latin1', start, end);
    if (browserHeader.test(text) || (line === 0 && requestLine.test(text))) return true;
    start = end + 1;
  }
  return false;
}
