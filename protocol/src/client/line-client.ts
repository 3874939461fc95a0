// Sends lines to the line port, closes the sending side, and reads the answer.

import { connect, isIP, type Socket } from 'node:net';
import { preview, printable } from '../problem';
import { causeOf } from './cause';
import { ClientError } from './client-error';

/** The address of a line port. */
export interface LineAddress {
  readonly host: string;
  readonly port: number;
  /** True for a line port over TLS. */
  readonly isTls?: true;
  /** For TLS: authorities in PEM; only certificates that one of them has signed are accepted. Default: those of Node. */
  readonly ca?: string;
}

/** The server's result for some lines. */
export interface LineReceipt {
  readonly stored: number;
  readonly duplicate: number;
  readonly rejected: number;
  /** The server's first few reasons for rejected lines. */
  readonly reasons: readonly string[];
  /** The server's first few warnings about stored lines with a type or tag that has no effect. */
  readonly warnings: readonly string[];
}

const defaultPort = 2005;
const maxAnswerChars = 65_536;
const answerForm = /^(ok|failed) stored=(\d{1,15}) duplicate=(\d{1,15}) rejected=(\d{1,15})$/;

/** Reads `host:port`, `host` or `[v6 address]:port`, with `tls://` in front for TLS. Throws a `ClientError` BAD_URL. */
export function parseLineAddress(text: string): LineAddress {
  const match = /^(?:(tcp|tls):\/\/)?(?:\[([0-9a-fA-F:.%]+)\]|([^\s:/[\]]+))(?::(\d{1,5}))?\/?$/.exec(text);
  const host = match?.[2] ?? match?.[3];
  const port = Number(match?.[4] ?? defaultPort);
  if (host === undefined || port < 1 || port > 65_535) {
    throw ClientError.of('BAD_URL', { value: preview(text), example: `127.0.0.1:${defaultPort}` });
  }
  return { host: host.toLowerCase(), port, ...(match?.[1] === 'tls' && { isTls: true }) };
}

/** An address as text, with brackets around an IPv6 address. */
export function formatAddress({ host, port, isTls }: LineAddress): string {
  const scheme = isTls ? 'tls://' : '';
  return host.includes(':') ? `${scheme}[${host}]:${port}` : `${scheme}${host}:${port}`;
}

/**
 * Sends lines, each with its line end. Resolves when each of them is committed and synced, or rejected with a reason. Rejects
 * with a `ClientError` if the server is unreachable, sends nothing for `timeoutMs` milliseconds, or could not store everything;
 * it is safe to send all lines again.
 */
export async function sendLines(
  lines: Iterable<string | Uint8Array> | AsyncIterable<string | Uint8Array>,
  address: LineAddress,
  timeoutMs = 30_000,
): Promise<LineReceipt> {
  const server = formatAddress(address);
  const socket = open(address);
  const answer = readAnswer(socket, server, timeoutMs);
  answer.catch(() => {}); // awaited below, after sending
  try {
    for await (const line of lines) {
      // The server closed early. Its answer may have the reason, which is more useful than a broken pipe.
      if (!socket.writable) break;
      if (!socket.write(line)) await whenWritable(socket);
    }
  } catch (error) {
    socket.destroy();
    throw error;
  }
  socket.end();
  return parseAnswer(await answer, server);
}

function open({ host, port, isTls, ca }: LineAddress): Socket {
  if (!isTls) return connect({ host, port, noDelay: true });
  // Loaded when it is used: most programs send lines without TLS, and start faster without it.
  const tls = require('node:tls') as typeof import('node:tls');
  return tls.connect({
    ...{ host, port, noDelay: true },
    ...(isIP(host) === 0 && { servername: host }),
    ...(ca !== undefined && { ca }),
  });
}

function whenWritable(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      socket.off('drain', done).off('close', done);
      resolve();
    };
    socket.on('drain', done).on('close', done);
  });
}

function readAnswer(socket: Socket, server: string, timeoutMs: number): Promise<string> {
  return new Promise((resolve, reject) => {
    let answer = '';
    let failure: NodeJS.ErrnoException | undefined;
    socket.setEncoding('utf8');
    socket.on('data', (text: string) => {
      if (answer.length < maxAnswerChars) answer += text;
    });
    socket.setTimeout(timeoutMs, () => {
      reject(ClientError.of('TIMED_OUT', { server, seconds: timeoutMs / 1000 }));
      socket.destroy();
    });
    socket.on('error', (error) => {
      failure = error;
    });
    socket.on('close', () => {
      if (answer !== '') resolve(answer);
      else if (failure) reject(ClientError.of('UNREACHABLE', { server, cause: causeOf(failure) }));
      else reject(ClientError.of('CUT_SHORT', { server, cause: 'without an answer' }));
    });
  });
}

function parseAnswer(answer: string, server: string): LineReceipt {
  const [first = '', ...rest] = answer.split('\n');
  const match = answerForm.exec(first);
  if (!match) throw ClientError.of('NOT_ANTHRACITE', { server, value: preview(first) });
  const messages = rest.filter((line) => line !== '').map(printable);
  const warnings = messages.filter((line) => /^line \d+: warning: /.test(line));
  const reasons = messages.filter((line) => !warnings.includes(line));
  const closed = reasons.find((reason) => reason.startsWith('closed: '));
  if (match[1] === 'failed') {
    throw ClientError.of('NOT_STORED', { server, cause: reasons[0] ?? 'no reason given' });
  }
  if (closed !== undefined) {
    throw ClientError.of('CUT_SHORT', { server, cause: closed.slice('closed: '.length) });
  }
  const [stored, duplicate, rejected] = match.slice(2).map(Number) as [number, number, number];
  return { stored, duplicate, rejected, reasons, warnings };
}
