// Text in which the hits of a search are marked.

import { hitsOf, type Search } from '@anthracite/protocol/browser';
import type { ComponentChildren } from 'preact';

// Longer texts are usually dumps.
const maxChars = 30_000;

/** The text; without a search, nothing is marked. */
export function Marked({ text, search }: { readonly text: string; readonly search: Search | null }) {
  const hits = search === null || text.length > maxChars ? [] : hitsOf(text, search);
  if (hits.length === 0) return <>{text}</>;
  const parts: ComponentChildren[] = [];
  let at = 0;
  for (const [start, end] of hits) {
    parts.push(text.slice(at, start), <mark key={start}>{text.slice(start, end)}</mark>);
    at = end;
  }
  return (
    <>
      {parts}
      {text.slice(at)}
    </>
  );
}
