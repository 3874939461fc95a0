// Undoes the compression of a body as it arrives. Holds no more than a chunk; who reads it bounds the whole.

import { type Readable, Transform } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';

/** The encodings of bodies that are taken, for sentences and the header `Accept-Encoding`. */
export const bodyEncodings = 'gzip, deflate, br';

const decoders = new Map([
  ['gzip', createGunzip],
  ['x-gzip', createGunzip],
  ['deflate', createInflate],
  ['br', createBrotliDecompress],
]);

/** A body without its compression; bytes that arrived are counted for who compares them with `Content-Length`. */
export interface DecodedBody extends Readable {
  readonly receivedEncodedLength: number;
}

/** What a decoder is given. */
export interface DecodeOptions {
  /** The error of a body that is not in its encoding, or not whole. */
  readonly failure: (encoding: string) => Error;
  /** Hears of the length of each chunk; an error that it returns ends the body. */
  readonly onBytes?: (bytes: number) => Error | null;
}

/** The encoding that the header `Content-Encoding` names, in lower case; `''` for a body as it is. */
export function encodingOf(header: string | undefined): string {
  const encodings = (header ?? '').toLowerCase().split(',');
  return encodings
    .map((one) => one.trim())
    .filter((one) => one !== '' && one !== 'identity')
    .join(', ');
}

/** True for an encoding that `decodeBody` undoes. */
export function isKnownEncoding(encoding: string): boolean {
  return decoders.has(encoding);
}

/** Decodes a body in an encoding that is known. The source is left open when it fails: its sender is owed an answer. */
export function decodeBody(source: Readable, encoding: string, options: DecodeOptions): DecodedBody {
  const decoder = (decoders.get(encoding) ?? createGunzip)();
  const fail = (): void => void decoded.destroy(options.failure(encoding));
  let received = 0;
  const decoded = new Transform({
    transform: (chunk: Buffer, _encoding, done) => done(options.onBytes?.(chunk.length) ?? null, chunk),
    flush: (done) => {
      // Behind its end a compressed body has nothing: what stands there would be lost.
      if (decoder.bytesWritten === received) done();
      else done(options.failure(encoding));
    },
  });
  source.on('data', (chunk: Buffer) => {
    received += chunk.length;
  });
  decoder.on('error', fail);
  // Whoever is told of an error may have left already.
  decoded.on('error', () => {});
  decoded.once('close', () => {
    source.unpipe(decoder);
    decoder.destroy();
  });
  // A sender that goes in the midst of it ends nothing by itself.
  source.once('close', () => {
    if (!source.readableEnded) fail();
  });
  source.pipe(decoder).pipe(decoded);
  return Object.defineProperty(decoded, 'receivedEncodedLength', {
    get: () => received,
  }) as unknown as DecodedBody;
}
