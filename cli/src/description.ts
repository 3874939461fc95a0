// Reads a description from the command line or from standard input.

import { isUtf8 } from 'node:buffer';
import { cutLineEnds, eventLimits } from '@anthracite/protocol';
import type { Environment } from './environment';
import { UsageError } from './exit-codes';

const maxStdinBytes = eventLimits.maxDescriptionBytes + 1_024;

/** The text, or for `-` the text of standard input without line ends at its end. Throws a `UsageError` if it is not UTF-8. */
export async function readDescription(text: string, { stdin }: Environment): Promise<string> {
  if (text !== '-') return text;
  const pieces: Buffer[] = [];
  let length = 0;
  for await (const piece of stdin) {
    pieces.push(piece as Buffer);
    length += (piece as Buffer).length;
    // This is enough to know that the text is too long.
    if (length > maxStdinBytes) break;
  }
  const bytes = Buffer.concat(pieces);
  if (!isUtf8(bytes)) {
    throw new UsageError('the description on standard input is not valid UTF-8; convert it to UTF-8');
  }
  return cutLineEnds(bytes.toString('utf8'));
}
