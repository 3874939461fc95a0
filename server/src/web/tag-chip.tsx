// A tag, which leads to the events that have it.

import { withValue } from './address';

/** `base` is the address of the view that the tag narrows; the table of all events when it is left out. */
export function TagChip({ tag, base = '/events/' }: { readonly tag: string; readonly base?: string }) {
  return (
    <a class="tag" href={withValue(base, 'all', tag)}>
      {tag}
    </a>
  );
}
