// Writes the answer to a sender of lines. Pure.

import type { ForeignProtocol } from './foreign-protocol';

/** Why a connection ended, for the metrics. */
export type ConnectionEnd = OrderlyEnd | ForeignProtocol;
type OrderlyEnd = 'finished' | 'idle' | 'slow_line' | 'crowded' | 'reset' | 'stopping';

/** The results of the lines of a connection. */
export interface LineCounts {
  readonly stored: number;
  readonly duplicate: number;
  readonly rejected: number;
}

/** The content of an answer, at the end of a connection. */
export interface LineAnswer {
  readonly end: ConnectionEnd;
  readonly counts: LineCounts;
  /** Why the first rejected lines are not valid. */
  readonly reasons: readonly string[];
  /** Warnings about the first lines that were stored although a part of them has no effect. */
  readonly warnings: readonly string[];
  /** Why the store could not take some lines; null when it took all. */
  readonly failure: string | null;
}

/** Why a connection ended. */
export const endReasons: Readonly<Record<OrderlyEnd, string>> = {
  finished: 'the peer ended the connection',
  idle: 'no data for too long',
  slow_line: 'a line took too long to end',
  crowded: 'the maximum of connections was reached, and your address had the most',
  reset: 'the connection was lost',
  stopping: 'the server is stopping',
};

const httpHead =
  'HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain; charset=utf-8\r\nConnection: close\r\n\r\n';
const refusals = {
  tls: 'this port takes lines in plain text, not TLS; the setting tcp-tls opens a port for lines over TLS',
  syslog:
    'this port takes lines, not syslog messages with a byte count before each; docs/line-protocol.md shows a template for rsyslog',
  proxy:
    'your address may not send a PROXY protocol header; the setting tcp-proxies lists the proxies that may',
} as const;

/** True when the connection ended because the peer does not send lines. */
export function isForeign(end: ConnectionEnd): end is ForeignProtocol {
  return end === 'http' || end in refusals;
}

/** The text of an answer. */
export function formatAnswer({ end, counts, reasons, warnings, failure }: LineAnswer): string {
  const { stored, duplicate, rejected } = counts;
  const told = `stored=${stored} duplicate=${duplicate} rejected=${rejected}`;
  if (end === 'http') {
    const before = stored + duplicate + rejected === 0 ? 'Nothing was stored.' : `Before it: ${told}.`;
    return `${httpHead}This port takes lines, not HTTP. ${before}\n`;
  }
  if (isForeign(end)) return `failed ${told}\nclosed: ${refusals[end]}\n`;
  const lines = failure === null ? [`ok ${told}`, ...reasons] : [`failed ${told}`, failure, ...reasons];
  if (failure === null && rejected > reasons.length) {
    lines.push(`and ${rejected - reasons.length} more; list them all with: anthracite rejects`);
  }
  lines.push(...warnings);
  if (end !== 'finished') lines.push(`closed: ${endReasons[end]}`);
  return `${lines.join('\n')}\n`;
}
