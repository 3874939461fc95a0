// Reads the binary time zone files of a system: TZif of version 2 or later (RFC 9636, before it RFC 8536). Pure.

import { firstPlace } from '../binary-search';
import { parsePosixZone } from './posix-zone';
import type { ZoneOffsets } from './zone-data';

const headerBytes = 44;
const maxTransitions = 100_000;

interface Header {
  readonly version: number;
  readonly isUt: number;
  readonly isStandard: number;
  readonly leaps: number;
  readonly times: number;
  readonly types: number;
  readonly chars: number;
}

/**
 * The offsets of a TZif file; undefined for a truncated file, other bytes, version 1, and files that count
 * leap seconds. Before the first transition the first type is in force, after the last the rule in the footer.
 */
export function readTzif(bytes: Uint8Array): ZoneOffsets | undefined {
  try {
    return readFile(bytes);
  } catch (error) {
    // A DataView throws when it reads past the end.
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

function readFile(bytes: Uint8Array): ZoneOffsets | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const first = readHeader(view, 0);
  // The first block has times of 32 bits, for old programs.
  if (!first || first.version < 0x32) return undefined;
  const start = headerBytes + blockBytes(first, 4);
  const header = readHeader(view, start);
  if (!header || header.leaps > 0 || header.types === 0 || header.times > maxTransitions) return undefined;
  const timesAt = start + headerBytes;
  const indexesAt = timesAt + header.times * 8;
  const typesAt = indexesAt + header.times;
  const typeOffsets = Array.from(
    { length: header.types },
    (_, type) => view.getInt32(typesAt + type * 6) * 1000,
  );
  const transitions = new Float64Array(header.times);
  const offsets = new Float64Array(header.times);
  for (let n = 0; n < header.times; n++) {
    transitions[n] = Number(view.getBigInt64(timesAt + n * 8)) * 1000;
    const offset = typeOffsets[view.getUint8(indexesAt + n)];
    if (offset === undefined || (n > 0 && !((transitions[n] ?? 0) > (transitions[n - 1] ?? 0))))
      return undefined;
    offsets[n] = offset;
  }
  const footer = readFooter(bytes, start + headerBytes + blockBytes(header, 8));
  const rule = footer === undefined || footer === '' ? undefined : parsePosixZone(footer);
  if (footer === undefined || (footer !== '' && rule === undefined)) return undefined;
  const earliest = typeOffsets[0] ?? 0;
  const latest = transitions.at(-1) ?? Number.NEGATIVE_INFINITY;
  return {
    offsetAt: (timeMs) => {
      if (timeMs >= latest && rule) return rule(timeMs);
      return offsets[lastAtOrBefore(transitions, timeMs)] ?? earliest;
    },
  };
}

function readHeader(view: DataView, at: number): Header | undefined {
  const magic = 0x545a6966; // TZif
  if (view.getUint32(at) !== magic) return undefined;
  const [isUt = 0, isStandard = 0, leaps = 0, times = 0, types = 0, chars = 0] = [20, 24, 28, 32, 36, 40].map(
    (field) => view.getUint32(at + field),
  );
  return { version: view.getUint8(at + 4), isUt, isStandard, leaps, times, types, chars };
}

function blockBytes({ isUt, isStandard, leaps, times, types, chars }: Header, timeBytes: number): number {
  return times * (timeBytes + 1) + types * 6 + chars + leaps * (timeBytes + 4) + isStandard + isUt;
}

// The footer is one line between two line feeds.
function readFooter(bytes: Uint8Array, at: number): string | undefined {
  const lineFeed = 10;
  const end = bytes.indexOf(lineFeed, at + 1);
  if (bytes[at] !== lineFeed || end < 0) return undefined;
  return String.fromCharCode(...bytes.subarray(at + 1, Math.min(end, at + 256)));
}

/** The index of the last of the ascending times that is not after `timeMs`; -1 before the first. */
function lastAtOrBefore(times: Float64Array, timeMs: number): number {
  return firstPlace(times.length, (place) => (times[place] ?? 0) > timeMs) - 1;
}
