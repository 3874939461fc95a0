// Identifies events and series by digests, which indexes can contain whatever the length of a text. Pure.

import { createHash } from 'node:crypto';

const bytes = 16;

/** The digest of an event's series, in the form of the line protocol, and its description. */
export function eventDigest(series: string, description: string): Buffer {
  return digestOf(`${series.length} ${series}${description}`);
}

/** The digest of a series in the form of the line protocol. */
export function seriesDigest(series: string): Buffer {
  return digestOf(series);
}

/** The day of a time in milliseconds since the epoch. */
export function dayOf(time: number): number {
  return Math.floor(time / 86_400_000);
}

function digestOf(text: string): Buffer {
  return createHash('sha256').update(text).digest().subarray(0, bytes);
}
