// Stores events of hooks under their keys.

import type { Intake, Receipt } from '../../events/intake';
import type { Hook, HookEvent } from '../../hooks/hook';

/** The door of deliveries, for metrics and rejected lines. */
export const door = 'hooks';

/** The source of the keys of a hook's events. */
export function keySourceOf({ name }: Pick<Hook, 'name'>): string {
  return `hook:${name}`;
}

/** What the span keys of a hook start with, so that those of two hooks of one kind differ. */
export function spanPrefixOf({ name, kind }: Pick<Hook, 'name' | 'kind'>): string {
  return name === kind ? '' : `${name}.`;
}

/** Stores events as one submission; null without events. Rejects with a `StoreError` when none is stored. */
export async function storeEvents(
  intake: Pick<Intake, 'submit'>,
  source: string,
  events: readonly HookEvent[],
): Promise<Receipt | null> {
  if (events.length === 0) return null;
  return intake.submit(door, (batch) => {
    for (const { event, key } of events) batch.addEvent(event, key === null ? null : { source, key });
  });
}
