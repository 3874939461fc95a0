// Parses the header of the PROXY protocol, versions 1 and 2, in which a proxy names the sender of its connection.
// Strict: any deviation makes the header invalid. Pure: bytes in, a sender out.
// https://www.haproxy.org/download/3.0/doc/proxy-protocol.txt

import { isIPv4, isIPv6, SocketAddress } from 'node:net';

/** What the first bytes of a connection contain. */
export type ProxyHeader =
  | { readonly kind: 'incomplete' }
  | { readonly kind: 'bad'; readonly why: string }
  /** `length` bytes; the sender's bytes follow. Null for the proxy's own connections, such as health checks. */
  | { readonly kind: 'header'; readonly length: number; readonly sender: Sender | null };

/** The sender of a proxied connection. */
export interface Sender {
  readonly address: string;
  readonly port: number;
}

const signature1 = Buffer.from('PROXY ');
const signature2 = Buffer.from('\r\n\r\n\0\r\nQUIT\n');
/** The first bytes of connections with a header, one text per version, one character per byte. */
export const proxyOpenings = [signature1, signature2].map((signature) => signature.toString('latin1'));
/** Longest header of version 1, with its line end. */
const maxBytes1 = 107;
const fixedBytes2 = 16;
/** Longest rest of version 2: addresses, and extensions of the proxy, which are ignored. */
const maxRest2 = 2_048;
const local = 0x20;
const proxied = 0x21;
const tcp4 = 0x11;
const tcp6 = 0x21;

/** Parses the header. `bytes` are all bytes received so far. */
export function readProxyHeader(bytes: Buffer): ProxyHeader {
  if (beginsAs(bytes, signature1)) return readVersion1(bytes);
  if (beginsAs(bytes, signature2)) return readVersion2(bytes);
  return { kind: 'bad', why: 'the connection does not start with a PROXY protocol header' };
}

/** True when bytes and signature agree up to the length of the shorter one. */
function beginsAs(bytes: Buffer, signature: Buffer): boolean {
  const length = Math.min(bytes.length, signature.length);
  return bytes.subarray(0, length).equals(signature.subarray(0, length));
}

const bad = (why: string): ProxyHeader => ({ kind: 'bad', why });
const unknownSender = bad('the PROXY protocol header does not contain the address of the sender');

function readVersion1(bytes: Buffer): ProxyHeader {
  const end = bytes.subarray(0, maxBytes1).indexOf('\r\n');
  if (end === -1) {
    if (bytes.length < maxBytes1) return { kind: 'incomplete' };
    return bad(`the PROXY protocol header is longer than ${maxBytes1} bytes`);
  }
  const [, family = '', source = '', destination = '', sourcePort, destinationPort, ...rest] = bytes
    .toString('latin1', 0, end)
    .split(' ');
  if (family === 'UNKNOWN') return unknownSender;
  const isAddress = families.get(family);
  const ports = [sourcePort, destinationPort].map(readPort);
  const isWhole = isAddress?.(source) && isAddress(destination) && rest.length === 0;
  const [port] = ports;
  if (!isWhole || port === undefined || ports.includes(undefined)) {
    return bad('the PROXY protocol header is malformed');
  }
  return { kind: 'header', length: end + 2, sender: { address: source, port } };
}

const families = new Map([
  ['TCP4', isIPv4],
  ['TCP6', isPlainIPv6],
]);

function readPort(text: string | undefined): number | undefined {
  if (text === undefined || !/^(0|[1-9]\d{0,4})$/.test(text)) return undefined;
  const port = Number(text);
  return port > 65_535 ? undefined : port;
}

// A zone belongs to one machine, and is meaningless on another.
function isPlainIPv6(text: string): boolean {
  return isIPv6(text) && !text.includes('%');
}

function readVersion2(bytes: Buffer): ProxyHeader {
  if (bytes.length < fixedBytes2) return { kind: 'incomplete' };
  const command = bytes.readUInt8(12);
  const family = bytes.readUInt8(13);
  const rest = bytes.readUInt16BE(14);
  if (rest > maxRest2) return bad(`the PROXY protocol header is longer than ${maxRest2} bytes`);
  if (command !== local && command !== proxied) return bad('the PROXY protocol header is malformed');
  const length = fixedBytes2 + rest;
  if (bytes.length < length) return { kind: 'incomplete' };
  if (command === local) return { kind: 'header', length, sender: null };
  const addresses = bytes.subarray(fixedBytes2, length);
  if (family === tcp4 && rest >= 12) {
    const address = [...addresses.subarray(0, 4)].join('.');
    return { kind: 'header', length, sender: { address, port: addresses.readUInt16BE(8) } };
  }
  if (family === tcp6 && rest >= 36) {
    const groups = Array.from({ length: 8 }, (_, i) => addresses.readUInt16BE(2 * i).toString(16));
    const { address } = new SocketAddress({ address: groups.join(':'), family: 'ipv6' });
    return { kind: 'header', length, sender: { address, port: addresses.readUInt16BE(32) } };
  }
  return unknownSender;
}
