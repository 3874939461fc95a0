// Decodes a compressed body as a stream. It holds one chunk at most; the reader must limit the total size.

import { type Readable, Transform } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';

/** The supported encodings, for error messages and the header `Accept-Encoding`. */
export const bodyEncodings = 'gzip, deflate, br';

const decoders = new Map([
  ['gzip', createGunzip],
  ['x-gzip', createGunzip],
  ['deflate', createInflate],
  ['br', createBrotliDecompress],
]);

/** A decoded body. It counts the received bytes, so that they can be compared with `Content-Length`. */
export interface DecodedBody extends Readable {
  readonly receivedEncodedLength: number;
}

/** Options of a decoder. */
export interface DecodeOptions {
  /** Creates the error for a body that is incomplete or not in its encoding. */
  readonly failure: (encoding: string) => Error;
  /** Called with the length of each chunk. If it returns an error, decoding ends. */
  readonly onBytes?: (bytes: number) => Error | null;
}

/** The encoding in the header `Content-Encoding`, in lower case; `''` for a body without encoding. */
export function encodingOf(header: string | undefined): string {
  const encodings = (header ?? '').toLowerCase().split(',');
  return encodings
    .map((one) => one.trim())
    .filter((one) => one !== '' && one !== 'identity')
    .join(', ');
}

/** True for an encoding that `decodeBody` supports. */
export function isKnownEncoding(encoding: string): boolean {
  return decoders.has(encoding);
}

/** Decodes a body in a supported encoding. After an error the source stays open, because its sender still needs an answer. */
export function decodeBody(source: Readable, encoding: string, options: DecodeOptions): DecodedBody {
  const decoder = (decoders.get(encoding) ?? createGunzip)();
  const fail = (): void => void decoded.destroy(options.failure(encoding));
  let received = 0;
  const decoded = new Transform({
    transform: (chunk: Buffer, _encoding, done) => done(options.onBytes?.(chunk.length) ?? null, chunk),
    flush: (done) => {
      // Bytes after the end of the compressed data would be lost, so they are an error.
      if (decoder.bytesWritten === received) done();
      else done(options.failure(encoding));
    },
  });
  source.on('data', (chunk: Buffer) => {
    received += chunk.length;
  });
  decoder.on('error', fail);
  // The listener for errors may already be gone.
  decoded.on('error', () => {});
  decoded.once('close', () => {
    source.unpipe(decoder);
    decoder.destroy();
  });
  // If the sender disconnects, the decoder does not end without this.
  source.once('close', () => {
    if (!source.readableEnded) fail();
  });
  source.pipe(decoder).pipe(decoded);
  return Object.defineProperty(decoded, 'receivedEncodedLength', {
    get: () => received,
  }) as unknown as DecodedBody;
}
