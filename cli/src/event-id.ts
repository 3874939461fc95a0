// Reads event ids from arguments.

import { preview } from '@anthracite/protocol';
import { UsageError } from './exit-codes';

/** An id; `shownBy` is the command that shows ids. Throws a `UsageError`. */
export function readId(text: string, shownBy: string): number {
  if (/^\d{1,15}$/.test(text)) return Number(text);
  throw new UsageError(`${preview(text)} is not an id; anthracite ${shownBy} shows ids`);
}
