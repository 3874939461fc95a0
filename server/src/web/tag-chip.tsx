// A tag with a link to the events that have it.

import type { Search } from '@anthracite/protocol/browser';
import { withValue } from './address';
import { Marked } from './marked';

/** `base` is the address of the view to filter by the tag; default: the table of all events. The hits of a search are marked. */
export function TagChip({
  tag,
  base = '/events/?range=all',
  search = null,
}: {
  readonly tag: string;
  readonly base?: string;
  readonly search?: Search | null;
}) {
  return (
    <a class="tag" href={withValue(base, 'all', tag)}>
      <Marked text={tag} search={search} />
    </a>
  );
}
