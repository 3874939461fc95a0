// Checks the first and last bytes of a body: whether it is a report, and whether it is of an unchanged run, as most are.

import type { ReportBody } from '@anthracite/protocol/bridge';

const headBytes = 1_500;
const tailBytes = 400;
const shownBytes = 256;
const shownChars = 20;

/** The first and last bytes of a body; the functions below accept them instead of the whole body. */
export function edgesOf(body: ReportBody): Buffer {
  return body.edges(headBytes, tailBytes);
}

/**
 * True if the body is a YAML report of Puppet about a run without changes. False if it is not, or if that is not certain; such a
 * report must be read. A log message cannot start a line here, because nested values are indented.
 */
export function isPlainlyUnchanged(body: Uint8Array): boolean {
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  const head = bytes.toString('latin1', 0, headBytes);
  if (!head.startsWith('--- !ruby/object:Puppet::Transaction::Report\n')) return false;
  // The head ends at the logs: after them, untrusted texts may be at the start of a line.
  const [fields = '', ...rest] = head.split(/^logs:/m);
  const tail = bytes.toString('latin1', Math.max(0, bytes.length - tailBytes));
  return (
    rest.length > 0 &&
    /^status: unchanged$/m.test(fields) &&
    /^noop_pending: false$/m.test(fields) &&
    /^host: \S/m.test(fields) &&
    /^cached_catalog_status: (?:not_used|explicitly_requested)$/m.test(tail)
  );
}

/** The fields in the head of an unchanged report. */
export interface UnchangedHead {
  readonly host: string;
  readonly environment: string;
  readonly time: string;
  readonly isNoop: boolean;
}

/** Reads these fields; null if a value is not plain. */
export function readUnchangedHead(body: Uint8Array): UnchangedHead | null {
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  const [fields = ''] = bytes.toString('utf8', 0, headBytes).split(/^logs:/m);
  const plain = (name: string): string =>
    new RegExp(`^${name}: (['"]?)([A-Za-z0-9][A-Za-z0-9._:+-]*)\\1$`, 'm').exec(fields)?.[2] ?? '';
  const [host, environment, time, noop] = ['host', 'environment', 'time', 'noop'].map(plain) as [
    string,
    string,
    string,
    string,
  ];
  if (host === '' || time === '' || !['true', 'false'].includes(noop)) return null;
  return { host, environment, time, isNoop: noop === 'true' };
}

/** True if the body starts like a report, in YAML or JSON. A web page, an archive or a form does not. */
export function beginsAsReport(body: Uint8Array): boolean {
  return /^(?:---|\{|[a-z_]+: )/.test(beginOf(body));
}

/** The host of a report, as written; `''` if it is not in the first bytes. */
export function hostOf(body: Uint8Array): string {
  const begin = Buffer.from(body.buffer, body.byteOffset, Math.min(body.byteLength, headBytes));
  const text = begin.toString('utf8');
  const [, quoted, bare] = /(?:^|[{,]\s*)"?host"?: ?(?:["']([^"'\\\n]*)["']|([^\s"'{},]+))/m.exec(text) ?? [];
  return quoted ?? bare ?? '';
}

/** The first characters of a body, for the error message. */
export function beginOf(body: Uint8Array): string {
  const begin = Buffer.from(body.buffer, body.byteOffset, Math.min(body.byteLength, shownBytes));
  return begin
    .toString('utf8')
    .replace(/^\ufeff/, '')
    .trimStart()
    .slice(0, shownChars);
}
