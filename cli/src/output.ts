// Writes to standard output as fast as it is read.

import { once } from 'node:events';
import { StringDecoder } from 'node:string_decoder';
import { printable } from '@anthracite/protocol';
import type { Environment } from './environment';

/** Writes a piece, and waits when the reader is behind. */
export async function write({ stdout }: Environment, piece: string | Uint8Array): Promise<void> {
  if (!stdout.write(piece)) await once(stdout, 'drain');
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
