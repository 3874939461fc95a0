// The words that a sender of lines is answered with. Pure.

import type { ForeignProtocol } from './foreign-protocol';

/** Why a connection ended, for the metrics. */
export type ConnectionEnd = OrderlyEnd | ForeignProtocol;
type OrderlyEnd = 'finished' | 'idle' | 'slow_line' | 'crowded' | 'reset' | 'stopping';

/** What became of the lines of a connection. */
export interface LineCounts {
  readonly stored: number;
  readonly duplicate: number;
  readonly rejected: number;
}

/** What a sender is told at the end. */
export interface LineAnswer {
  readonly end: ConnectionEnd;
  readonly counts: LineCounts;
  /** Why the first of the rejected lines could not be taken. */
  readonly reasons: readonly string[];
  /** Why the store could not take some of it; null when it took all. */
  readonly failure: string | null;
}

/** Why a connection that its peer did not end was ended. */
export const endReasons: Readonly<Record<OrderlyEnd, string>> = {
  finished: 'the peer finished',
  idle: 'nothing came for too long',
  slow_line: 'a line took too long to end',
  crowded: 'all connections were taken, and your address had the most',
  reset: 'the connection broke',
  stopping: 'the server is stopping',
};

const httpHead =
  'HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain; charset=utf-8\r\nConnection: close\r\n\r\n';
const refusals = {
  tls: 'this port takes lines in plain text, not TLS; for TLS put a proxy in front of it',
  proxy: 'your address may not send a header of the PROXY protocol; tcp-proxies names the proxies that do',
} as const;

/** True for an end because the peer does not send lines. */
export function isForeign(end: ConnectionEnd): end is ForeignProtocol {
  return end === 'http' || end in refusals;
}

/** The text of an answer. */
export function formatAnswer({ end, counts, reasons, failure }: LineAnswer): string {
  const { stored, duplicate, rejected } = counts;
  const told = `stored=${stored} duplicate=${duplicate} rejected=${rejected}`;
  if (end === 'tls' || end === 'proxy') return `failed ${told}\nclosed: ${refusals[end]}\n`;
  if (end === 'http') {
    const before = stored + duplicate + rejected === 0 ? 'Nothing was stored.' : `Before it: ${told}.`;
    return `${httpHead}This port takes lines, not HTTP. ${before}\n`;
  }
  const lines = failure === null ? [`ok ${told}`, ...reasons] : [`failed ${told}`, failure, ...reasons];
  if (failure === null && rejected > reasons.length) {
    lines.push(`and ${rejected - reasons.length} more: anthracite rejects lists them all`);
  }
  if (end !== 'finished') lines.push(`closed: ${endReasons[end]}`);
  return `${lines.join('\n')}\n`;
}
