// Writes to standard output, and waits for slow readers.

import { StringDecoder } from 'node:string_decoder';
import { printable } from '@anthracite/protocol';
import type { Environment } from './environment';

/** Writes a piece, and waits while the reader is slow. Does nothing if the output is closed. */
export async function write({ stdout }: Environment, piece: string | Uint8Array): Promise<void> {
  if (!stdout.writable || stdout.write(piece)) return;
  await new Promise<void>((resolve) => {
    const done = (): void => {
      stdout.off('drain', done).off('close', done);
      resolve();
    };
    stdout.on('drain', done).on('close', done);
  });
}

/** Writes bytes: unchanged to a pipe or file; on a terminal with control characters escaped. */
export async function passOn(environment: Environment, pieces: AsyncIterable<Uint8Array>): Promise<void> {
  if (!environment.stdout.isTTY) {
    for await (const piece of pieces) await write(environment, piece);
    return;
  }
  const decoder = new StringDecoder('utf8');
  for await (const piece of pieces) {
    await write(environment, decoder.write(Buffer.from(piece)).split('\n').map(printable).join('\n'));
  }
}
