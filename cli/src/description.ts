// Reads a description from the command line or from standard input.

import { isUtf8 } from 'node:buffer';
import { ClientError, eventLimits } from '@anthracite/protocol';
import type { Environment } from './environment';

const maxStdinBytes = eventLimits.maxDescriptionBytes + 1_024;

/** The text, or for `-` what standard input has, without the new lines at its end. */
export async function readDescription(text: string, { stdin }: Environment): Promise<string> {
  if (text !== '-') return text;
  const pieces: Buffer[] = [];
  let length = 0;
  for await (const piece of stdin) {
    pieces.push(piece as Buffer);
    length += (piece as Buffer).length;
    // One byte more than fits is enough to know.
    if (length > maxStdinBytes) break;
  }
  const bytes = Buffer.concat(pieces);
  if (!isUtf8(bytes)) {
    throw ClientError.of('REFUSED', { cause: 'the description on standard input is not valid UTF-8' });
  }
  return bytes.toString('utf8').replace(/\n+$/, '');
}
