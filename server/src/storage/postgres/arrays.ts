// Encodes arrays as PostgreSQL reads them in binary: faster than their text on both sides. Pure.

import { encodeText } from './text-code';

const headerBytes = 20;
const oids = { bytea: 17, int8: 20, int4: 23, int2: 21, text: 25, uuid: 2950 } as const;

/** An array of `bigint`; the numbers are safe integers. */
export function int8Array(numbers: ArrayLike<number | null>): Buffer {
  return fixed(numbers, oids.int8, 8, (buffer, number, at) => buffer.writeBigInt64BE(BigInt(number), at));
}

/** An array of `integer`. */
export function int4Array(numbers: ArrayLike<number | null>): Buffer {
  return fixed(numbers, oids.int4, 4, (buffer, number, at) => buffer.writeInt32BE(number, at));
}

/** An array of `smallint`. */
export function int2Array(numbers: ArrayLike<number | null>): Buffer {
  return fixed(numbers, oids.int2, 2, (buffer, number, at) => buffer.writeInt16BE(number, at));
}

/** An array of `uuid`, each given as 16 bytes. */
export function uuidArray(digests: readonly (Uint8Array | null)[]): Buffer {
  return ofBytes(digests, oids.uuid);
}

/** An array of `bytea`. */
export function byteaArray(values: readonly (Uint8Array | null)[]): Buffer {
  return ofBytes(values, oids.bytea);
}

/** An array of `text`, encoded. */
export function textArray(texts: readonly (string | null)[]): Buffer {
  return ofBytes(
    texts.map((text) => (text === null ? null : Buffer.from(encodeText(text)))),
    oids.text,
  );
}

/** An array of texts that are encoded already, such as of `tsvector`, sent as `text`. */
export function plainTextArray(texts: readonly (string | null)[]): Buffer {
  return ofBytes(
    texts.map((text) => (text === null ? null : Buffer.from(text))),
    oids.text,
  );
}

function fixed(
  numbers: ArrayLike<number | null>,
  oid: number,
  bytes: number,
  write: (buffer: Buffer, number: number, at: number) => void,
): Buffer {
  const buffer = Buffer.allocUnsafe(headerBytes + numbers.length * (4 + bytes));
  let at = writeHeader(buffer, oid, numbers.length);
  for (let i = 0; i < numbers.length; i++) {
    const number = numbers[i] as number | null;
    if (number === null) {
      at = buffer.writeInt32BE(-1, at);
      continue;
    }
    at = buffer.writeInt32BE(bytes, at);
    write(buffer, number, at);
    at += bytes;
  }
  return buffer.subarray(0, at);
}

function ofBytes(values: readonly (Uint8Array | null)[], oid: number): Buffer {
  let total = headerBytes;
  for (const value of values) total += 4 + (value?.length ?? 0);
  const buffer = Buffer.allocUnsafe(total);
  let at = writeHeader(buffer, oid, values.length);
  for (const value of values) {
    at = buffer.writeInt32BE(value?.length ?? -1, at);
    if (value === null) continue;
    buffer.set(value, at);
    at += value.length;
  }
  return buffer;
}

function writeHeader(buffer: Buffer, oid: number, length: number): number {
  // Dimensions, whether there are nulls, type, length, first index.
  let at = buffer.writeInt32BE(1, 0);
  at = buffer.writeInt32BE(1, at);
  at = buffer.writeInt32BE(oid, at);
  at = buffer.writeInt32BE(length, at);
  return buffer.writeInt32BE(1, at);
}
