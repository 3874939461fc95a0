// Warns of types and tags of an event that have no effect.

import { type Event, printable, warningsOf } from '@anthracite/protocol';
import type { Environment } from './environment';

/** Writes the warnings for an event to standard error. */
export function warnOfMeaning({ type, tags }: Pick<Event, 'type' | 'tags'>, { stderr }: Environment): void {
  for (const { warning } of warningsOf(type, tags))
    stderr.write(`anthracite: warning: ${printable(warning)}\n`);
}
