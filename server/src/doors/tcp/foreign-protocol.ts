// Detects HTTP, TLS, syslog and the PROXY protocol by the first bytes on the line port. A web page can make a browser
// send a request to any port, with lines in its body. Pure: bytes in, an answer out.

import { METHODS } from 'node:http';
import { proxyOpenings } from './proxy-header';

/** A protocol that the line port does not support. */
export type ForeignProtocol = 'http' | 'tls' | 'proxy' | 'syslog';

// `PRI` starts HTTP/2.
const methods = [...METHODS, 'PRI'].map((method) => `${method} `);
// A handshake of SSL 3.0 or TLS 1.x.
const tlsOpening = '\x16\x03';
const openings: readonly (readonly [opening: string, protocol: ForeignProtocol])[] = [
  ...methods.map((method) => [method, 'http'] as const),
  [tlsOpening, 'tls'],
  ...proxyOpenings.map((opening) => [opening, 'proxy'] as const),
];

// A byte count before each message (RFC 6587), as in `101 <13>1 2026-11-27T16:53:12Z web1 ...`, would be read as the
// time of an event.
const countedSyslog = /^\d{1,6} <\d{1,3}>/;
const countedSyslogStart = /^\d{1,6}(?: (?:<\d{0,3})?)?$/;
const maxCountedSyslogBytes = 12;

/** Bytes that are enough for a decision. */
export const maxOpeningBytes = Math.max(
  maxCountedSyslogBytes,
  ...openings.map(([opening]) => opening.length),
);

/** The protocol of a connection, from its first bytes; null for lines; undefined when more bytes are needed. */
export function protocolOf(opening: Buffer): ForeignProtocol | null | undefined {
  const text = opening.toString('latin1', 0, maxOpeningBytes);
  const found = openings.find(([one]) => text.startsWith(one));
  if (found) return found[1];
  if (countedSyslog.test(text)) return 'syslog';
  const isOpen = countedSyslogStart.test(text) || openings.some(([one]) => one.startsWith(text));
  return isOpen ? undefined : null;
}

const newline = 10;
/** Browsers send `Host` right after the request line, and all of their headers before the body. */
const maxHeadLines = 20;
// A page that reaches the port under its own host name can choose any word as the method, including a number.
const requestLine = /^\S+ (?:\/|\*|https?:)\S* HTTP\/\d(?:\.\d)?\r?$/;
const browserHeader = /^(?:host|origin|sec-fetch-[a-z]+): /i;

/**
 * True when a block of whole lines contains the head of an HTTP request. `linesBefore` is the number of earlier lines
 * of the connection; only its first 20 lines are checked.
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
