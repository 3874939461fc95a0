// A tag with a link to the events that have it.

import { withValue } from './address';

/** `base` is the address of the view to filter by the tag; default: the table of all events. */
export function TagChip({ tag, base = '/events/' }: { readonly tag: string; readonly base?: string }) {
  return (
    <a class="tag" href={withValue(base, 'all', tag)}>
      {tag}
    </a>
  );
}
