// Writes to standard output as fast as it is read.

import { StringDecoder } from 'node:string_decoder';
import { printable } from '@anthracite/protocol';
import type { Environment } from './environment';

/** Writes a piece, and waits when the reader is behind; one that has left takes nothing. */
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

/** Passes bytes on: to the letter into a pipe or file; on a terminal with what could drive it escaped. */
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
