// The file format of a report that waits on disk: one line of JSON, then the report as the tool sent it. Pure.

import type { ReportBody } from '../report-body';

/** A received report, with everything that is needed to map it later. */
export interface WaitingReport {
  /** The report as the tool sent it. */
  readonly body: ReportBody;
  /** Options of the mapping, as plain JSON. */
  readonly options: unknown;
  /** Sender, `address:port`; empty when unknown. */
  readonly peer: string;
  /** Host of the report; empty if it does not name one. */
  readonly host: string;
}

/** A report, read from its file. */
export interface ReportFile {
  readonly body: Uint8Array;
  readonly options: unknown;
  readonly origin: ReportOrigin;
}

/** The sender, host and size of a report. */
export interface ReportOrigin {
  readonly peer: string;
  readonly host: string;
  /** Size of the report in bytes. */
  readonly bytes: number;
}

interface Head extends ReportOrigin {
  readonly options: unknown;
}

const lineEnd = 0x0a;

/** The line that precedes a report in its file. */
export function formatHead({ body, options, peer, host }: WaitingReport): Buffer {
  return Buffer.from(`${JSON.stringify({ bytes: body.length, peer, host, options } satisfies Head)}\n`);
}

/** Reads a file; null if it is incomplete or not a report file. */
export function parseReportFile(file: Uint8Array): ReportFile | null {
  const end = file.indexOf(lineEnd);
  if (end === -1) return null;
  try {
    const text = Buffer.from(file.buffer, file.byteOffset, end).toString('utf8');
    const { bytes, peer, host, options } = JSON.parse(text) as Head;
    const body = file.subarray(end + 1);
    if (body.length !== bytes || typeof peer !== 'string' || typeof host !== 'string') return null;
    return { body, options, origin: { peer, host, bytes } };
  } catch {
    return null;
  }
}
