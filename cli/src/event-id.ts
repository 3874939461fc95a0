// Reads the ids that a command is given.

import { preview } from '@anthracite/protocol';
import { UsageError } from './exit-codes';

/** An id; `shownBy` is the command that shows them. Throws a `UsageError`. */
export function readId(text: string, shownBy: string): number {
  if (/^\d{1,15}$/.test(text)) return Number(text);
  throw new UsageError(`${preview(text)} is no id; anthracite ${shownBy} shows them`);
}
